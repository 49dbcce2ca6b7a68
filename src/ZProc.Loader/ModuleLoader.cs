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

    // Once in a process: the assemblies stay loaded when the module is removed, and serve it when it is imported again.
    private static readonly Lazy<DependencyContext> Dependencies = new(() =>
        new DependencyContext(Path.Combine(Path.GetDirectoryName(typeof(ModuleLoader).Assembly.Location)!, "deps")));

    private static int _hooked;

    /// <inheritdoc/>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref _hooked, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += ResolveCore;
        }
    }

    private static Assembly? ResolveCore(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == Core ? Dependencies.Value.LoadFromAssemblyName(name) : null;
}
