using System.Reflection;
using System.Runtime.InteropServices;
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
        var file = assemblyName.Name + ".dll";
        var path = ModuleFiles.Find(file, ModuleFiles.Dependencies);
        return File.Exists(path) && !IsInRuntime(assemblyName, file) ? LoadFromAssemblyPath(path) : null;
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        var path = ModuleFiles.FindNative(unmanagedDllName);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }

    /// <summary>Whether the runtime has an assembly of .NET's own, at least in the version that is asked for. That one is compiled ahead of time.</summary>
    private static bool IsInRuntime(AssemblyName assembly, string file) =>
        file.StartsWith("System.", StringComparison.Ordinal)
        && assembly.Version?.Major <= Environment.Version.Major
        && File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), file));
}
