using System.Reflection;

namespace ZProc.Benchmarks.Suite;

/// <summary>Where this runs.</summary>
internal static class Checkout
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The PowerShell that runs the scripts: the one that ZPROC_PWSH names, or the repository's.</summary>
    public static string Shell { get; } = Environment.GetEnvironmentVariable("ZPROC_PWSH") is { Length: > 0 } named
        ? named
        : typeof(Checkout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Shell").Value!;

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ZProc.psd1")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("This has to run in a checkout of ZProc.");
        }

        return folder;
    }
}
