using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ZProc.Loader;

/// <summary>
/// Runs before the module's own assembly is loaded, and sees to it that ZProc.Core and what it depends on live in a
/// load context of their own: another module's MessagePack or NetMQ never meets ours. And that images compiled for this
/// system are used where there are some.
/// </summary>
public sealed class ModuleLoader : IModuleAssemblyInitializer
{
    private const string Core = "ZProc.Core";
    private const string Module = "ZProc.PowerShell";

    // Once in a process: the assemblies stay loaded when the module is removed, and serve it when it is imported again.
    private static readonly DependencyContext Dependencies = new();

    private static int _hooked;

    /// <inheritdoc/>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref _hooked, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += ResolveCore;
            UseImage();
        }
    }

    /// <summary>Loads the module's own assembly as an image, where there is one. PowerShell, which asks for the other file of the same assembly, is then given this one.</summary>
    private static void UseImage()
    {
        var image = Path.Combine(ModuleFiles.Images, Module + ".dll");
        if (File.Exists(image))
        {
            AssemblyLoadContext.Default.LoadFromAssemblyPath(image);
        }
    }

    private static Assembly? ResolveCore(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == Core ? Dependencies.LoadFromAssemblyName(name) : null;
}
