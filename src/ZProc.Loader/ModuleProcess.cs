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
    /// <summary>Calls the static method <c>Run</c> of one of the module's types.</summary>
    /// <param name="role">The full name of the type.</param>
    public static void Run(string role)
    {
        var run = ModuleLoader.Load().GetType(role, throwOnError: true)!.GetMethod(nameof(Run), BindingFlags.Static | BindingFlags.Public)!;
        run.CreateDelegate<Action>()();
    }
}
