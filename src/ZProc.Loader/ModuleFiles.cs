using System.Runtime.InteropServices;

namespace ZProc.Loader;

/// <summary>
/// Finds the module's assemblies: those that run on every system, and, where the module was built for this system, images of them
/// that are compiled ahead of time.
/// </summary>
internal static class ModuleFiles
{
    private const string DependencyFolder = "deps";

    /// <summary>The folder of the assemblies that PowerShell loads.</summary>
    public static string Folder { get; } = FolderOf(Path.GetDirectoryName(typeof(ModuleFiles).Assembly.Location)!);

    /// <summary>The folder of the assemblies with a load context of their own.</summary>
    public static string Dependencies { get; } = Path.Combine(Folder, DependencyFolder);

    // The images of another system cannot be read, and those of another runtime would be compiled again.
    private static string Images { get; } =
        Path.Combine(Folder, $"net{Environment.Version.Major}-{SystemName}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");

    private static string SystemName => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>The folder above, where this assembly is one of the images.</summary>
    private static string FolderOf(string own) => Directory.Exists(Path.Combine(own, DependencyFolder)) ? own : Path.GetDirectoryName(own)!;

    /// <summary>The path of the file to load: the image for this system, or else the assembly that runs on every system.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="folder">The folder of that assembly.</param>
    public static string Find(string file, string folder)
    {
        var image = Path.Combine(Images, file);
        return File.Exists(image) ? image : Path.Combine(folder, file);
    }

    /// <summary>The path of a native library for this system; null for one that the module does not have.</summary>
    /// <param name="name">The name that code calls the library by.</param>
    public static string? FindNative(string name)
    {
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var file = OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
        var system = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) || RuntimeInformation.RuntimeIdentifier.StartsWith("alpine", StringComparison.Ordinal)
            ? "linux-musl"
            : SystemName;
        var path = Path.Combine(Dependencies, "native", $"{system}-{architecture}", file);
        return File.Exists(path) ? path : null;
    }
}
