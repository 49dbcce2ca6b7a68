using System.Reflection;
using System.Runtime.Loader;

namespace ZProc.Loader;

/// <summary>Loads the module's dependencies, and from the application what is not among them.</summary>
internal sealed class DependencyContext : AssemblyLoadContext
{
    public DependencyContext()
        : base("ZProc")
    {
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = ModuleFiles.Find(assemblyName.Name + ".dll", ModuleFiles.Dependencies);
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
