using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ZProc.Loader;

/// <summary>
/// Runs before the module's own assembly is loaded, and sees to it that ZProc.Core and what it depends on live in a
/// load context of their own: another module's MessagePack or NetMQ never meets ours.
/// </summary>
public sealed class ModuleLoader : IModuleAssemblyInitializer
{
    private const string Core = "ZProc.Core";
    private const string Module = "ZProc.PowerShell.dll";

    // Once in a process: the assemblies stay loaded when the module is removed, and serve it when it is imported again.
    private static readonly Lazy<Assembly> Loaded = new(LoadOnce);
    private static readonly DependencyContext Dependencies = new();

    /// <inheritdoc/>
    public void OnImport() => Load();

    /// <summary>Loads the module's own assembly. PowerShell, which next asks for its other file, is then given what is loaded.</summary>
    internal static Assembly Load() => Loaded.Value;

    private static Assembly LoadOnce()
    {
        AssemblyLoadContext.Default.Resolving += ResolveCore;
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(ModuleFiles.Find(Module, ModuleFiles.Folder));
    }

    private static Assembly? ResolveCore(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == Core ? Dependencies.LoadFromAssemblyName(name) : null;
}
