using System.Diagnostics;

namespace ZProc.Core.Tests.Engines;

/// <summary>The machine's <c>redis-server</c>.</summary>
internal static class RedisProgram
{
    private const string Name = "redis-server";

    // Ends the server with this process, however that ends.
    private const string Guard = "/usr/bin/setpriv";

    /// <summary>Whether the machine has the program.</summary>
    public static bool IsInstalled { get; } = !OperatingSystem.IsWindows()
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Name)));

    /// <summary>Skips the test on a machine without the program.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(IsInstalled, "no redis-server");

    /// <summary>How to start it.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments) =>
        File.Exists(Guard) ? new ProcessStartInfo(Guard, ["--pdeathsig", "KILL", Name, .. arguments]) : new ProcessStartInfo(Name, arguments);
}
