using System.Runtime.InteropServices;

namespace ZProc.Loader;

/// <summary>
/// Where the module's assemblies are: those that run on every system, and beside them, where the module was built for
/// this system, images that hold the same and need not be compiled.
/// </summary>
internal static class ModuleFiles
{
    /// <summary>The folder of what PowerShell loads.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(typeof(ModuleFiles).Assembly.Location)!;

    /// <summary>The folder of what gets a load context of its own.</summary>
    public static string Dependencies { get; } = Path.Combine(Folder, "deps");

    // Another system's images cannot even be read, and another runtime's would be no better than what they were made from.
    private static string Images { get; } =
        Path.Combine(Folder, $"net{Environment.Version.Major}-{SystemName}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");

    private static string SystemName => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>The file to load.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="folder">Where the one is that runs on every system.</param>
    public static string Find(string file, string folder)
    {
        var image = Path.Combine(Images, file);
        return File.Exists(image) ? image : Path.Combine(folder, file);
    }
}
