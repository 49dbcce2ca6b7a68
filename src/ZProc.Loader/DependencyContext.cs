using System.Reflection;
using System.Runtime.Loader;

namespace ZProc.Loader;

/// <summary>The load context of ZProc.Core and its dependencies. Other assemblies come from the application.</summary>
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

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        var path = ModuleFiles.FindNative(unmanagedDllName);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }
}
