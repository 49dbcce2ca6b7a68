using System.Runtime.InteropServices;

namespace ZProc.Loader;

/// <summary>
/// Where the module's assemblies are: those that run on every system, and beside them, where the module was built for
/// this system, images that hold the same and need not be compiled.
/// </summary>
internal static class ModuleFiles
{
    private static readonly string Folder = Path.GetDirectoryName(typeof(ModuleFiles).Assembly.Location)!;

    /// <summary>The folder of the images. Another system's cannot even be read, and another runtime's would be no better than the others.</summary>
    public static string Images { get; } = Path.Combine(Folder, $"net{Environment.Version.Major}-{SystemName}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");

    /// <summary>The folder of what gets a load context of its own.</summary>
    public static string Dependencies { get; } = Path.Combine(Folder, "deps");

    private static string SystemName => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
}
