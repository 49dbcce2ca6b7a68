using ZProc.Loader;

/// <summary>
/// What .NET calls before the start of a program whose environment names this assembly in DOTNET_STARTUP_HOOKS. .NET prescribes the
/// names, and that the type is in no namespace.
/// </summary>
internal static class StartupHook
{
    /// <summary>Begins the work of an OS process of ZProc. Returns at once in any other process.</summary>
    public static void Initialize() => ModuleProcess.RunEarly();
}
