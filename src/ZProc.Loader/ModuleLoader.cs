using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ZProc.Loader;

/// <summary>
/// Loads ZProc.Core, ZProc.Terminal and their dependencies into a load context of their own, when the module's own assembly asks for
/// them: another module may use other versions of MessagePack, NetMQ or Spectre.Console.
/// </summary>
public sealed class ModuleLoader : IModuleAssemblyInitializer
{
    private const string Core = "ZProc.Core";
    private const string Terminal = "ZProc.Terminal";
    private const string Module = "ZProc.PowerShell.dll";

    // Once in an OS process: the assemblies stay loaded when the module is removed, and are used when it is imported again.
    private static readonly Lazy<Assembly> Loaded = new(LoadOnce);
    private static readonly DependencyContext Dependencies = new();

    /// <inheritdoc/>
    public void OnImport() => Load();

    /// <summary>Loads the module's own assembly. PowerShell asks for another file of it next, and gets the assembly that is loaded.</summary>
    internal static Assembly Load() => Loaded.Value;

    private static Assembly LoadOnce()
    {
        AssemblyLoadContext.Default.Resolving += Resolve;
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(ModuleFiles.Find(Module, ModuleFiles.Folder));
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name is Core or Terminal ? Dependencies.LoadFromAssemblyName(name) : null;
}
