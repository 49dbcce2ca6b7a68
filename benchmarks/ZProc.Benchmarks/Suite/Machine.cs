using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ZProc.Benchmarks.Suite;

/// <summary>The machine on which the figures were measured.</summary>
internal sealed record Machine(string Processor, int Cores, double MemoryGiB, string System, string Runtime, string Shell, DateTime Date)
{
    /// <summary>Describes this machine.</summary>
    public static Machine Describe() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Math.Pow(1024, 3), 1),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        ShellName(),
        DateTime.UtcNow);

    /// <summary>The description, in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores, {MemoryGiB:0} GiB; {System}; {Runtime}; {Shell}; {Date:yyyy-MM-dd HH:mm} UTC");

    private static string ProcessorName()
    {
        const string Known = "/proc/cpuinfo";
        var line = File.Exists(Known) ? File.ReadLines(Known).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string ShellName()
    {
        var name = Path.GetFileNameWithoutExtension(Checkout.Shell);
        using var process = Process.Start(new ProcessStartInfo(Checkout.Shell, ["-NoProfile", "-NonInteractive", "-Command", "\"$($PSVersionTable.PSVersion)\""])
        {
            RedirectStandardOutput = true,
        })!;
        var version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return name.Equals("pwsh", StringComparison.OrdinalIgnoreCase) ? $"PowerShell {version}" : $"{name} on PowerShell's engine {version}";
    }
}
