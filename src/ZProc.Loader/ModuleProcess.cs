using System.ComponentModel;
using System.Reflection;

namespace ZProc.Loader;

/// <summary>
/// What an OS process of the module runs. It needs the module's assembly and none of its commands in a session of its own,
/// and importing a module takes longer than all else that such a process does before its script. Public since its command
/// line calls it; of no use elsewhere.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModuleProcess
{
    /// <summary>Runs one of the module's types.</summary>
    /// <param name="role">The type's name. It has a static method <c>Run</c>.</param>
    public static void Run(string role)
    {
        var run = ModuleLoader.Load().GetType(role, throwOnError: true)!.GetMethod(nameof(Run), BindingFlags.Static | BindingFlags.Public)!;
        run.CreateDelegate<Action>()();
    }
}
