using System.Diagnostics;
using System.Globalization;

namespace ZProc.Benchmarks;

/// <summary>
/// From a commit to the first line of a watcher's action, beside half of a bare NetMQ echo in the same run; and what
/// 1,000 idle watchers cost.
/// </summary>
internal static class WatchLatency
{
    public static int Run()
    {
        var before = Echo.Measure();
        List<(string What, Sample Sample)> results =
        [
            ("commit to a reader in this process, without PowerShell", CoreLatency.SameProcess()),
            ("commit to a reader in another process, without PowerShell", CoreLatency.OtherProcess()),
            .. RunScript("WatchLatency.ps1"),
        ];
        var after = Echo.Measure();
        var half = (before.Median + after.Median) / 4;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"half of a bare NetMQ echo: median {half:N0} us (of the whole: 99th percentile {Math.Max(before.Percentile99, after.Percentile99):N0} us)"));
        foreach (var (what, sample) in results)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: median {sample.Median:N0} us, 99th percentile {sample.Percentile99:N0} us, {sample.Median / half:N1} times half an echo"));
        }

        return 0;
    }

    /// <summary>Runs a script of this folder; a line "name: 1 2 3" is a sample in microseconds, others are passed on.</summary>
    private static List<(string What, Sample Sample)> RunScript(string name)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ZProc.psd1")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("This has to run in a checkout of ZProc.");
        }

        var shell = Environment.GetEnvironmentVariable("ZPROC_PWSH") ?? Path.Combine(root, "src/ZProc.Host/bin/Release/net10.0/ZProc.Host");
        using var process = Process.Start(new ProcessStartInfo(shell, ["-NoProfile", "-File", Path.Combine(root, "benchmarks", name)])
        {
            RedirectStandardOutput = true,
        })!;
        var samples = new List<(string, Sample)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split(": ") is [var what, var times] && times.Split(' ') is { Length: > 10 } numbers)
            {
                samples.Add((what, new Sample(numbers.Select(number => double.Parse(number, CultureInfo.InvariantCulture)))));
            }
            else
            {
                Console.WriteLine(line);
            }
        }

        process.WaitForExit();
        return samples;
    }
}
