using System.Reflection;
using System.Runtime.Loader;

namespace ZProc.Loader;

/// <summary>Loads assemblies from one folder first, and from the application what is not there.</summary>
internal sealed class DependencyContext : AssemblyLoadContext
{
    private readonly string _folder;

    public DependencyContext(string folder)
        : base("ZProc") => _folder = folder;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
