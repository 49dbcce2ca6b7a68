using System.ComponentModel;
using System.Reflection;

namespace ZProc.Loader;

/// <summary>
/// Starts the work of an OS process of ZProc. Such a process loads the module's assembly and does not import the module: an import
/// takes longer than everything else before the script. Public only because the command line of such a process calls it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModuleProcess
{
    /// <summary>The environment variable that names the role of a process whose work begins before PowerShell's own start.</summary>
    private const string RoleVariable = "ZPROC_ROLE";

    private const string Engine = "System.Management.Automation.dll";

    /// <summary>Calls the static method <c>Run</c> of one of the module's types.</summary>
    /// <param name="role">The full name of the type.</param>
    public static void Run(string role)
    {
        var run = ModuleLoader.Load().GetType(role, throwOnError: true)!.GetMethod(nameof(Run), BindingFlags.Static | BindingFlags.Public)!;
        run.CreateDelegate<Action>()();
    }

    /// <summary>
    /// Does the work of this OS process in place of PowerShell's own start, which opens a runspace of its own. Returns at once where
    /// this process has no such work, or is not PowerShell itself but a program that starts PowerShell.
    /// </summary>
    internal static void RunEarly()
    {
        if (Environment.GetEnvironmentVariable(RoleVariable) is { Length: > 0 } role && File.Exists(Path.Combine(AppContext.BaseDirectory, Engine)))
        {
            Run(role);
        }
    }
}
