using System.Globalization;

namespace ZProc.Benchmarks.Scale;

/// <summary>What this OS process takes from the machine.</summary>
internal static class Footprint
{
    private const string Status = "/proc/self/status";

    /// <summary>Resident memory in bytes, after whatever is no longer in use has been given back.</summary>
    public static double Resident()
    {
        Collect();
        return Field("VmRSS") ?? Environment.WorkingSet;
    }

    /// <summary>The most resident memory since <see cref="ResetPeak"/>, in bytes.</summary>
    public static double Peak() => Field("VmHWM") ?? Environment.WorkingSet;

    /// <summary>Collects, and begins to look for the peak anew.</summary>
    public static void ResetPeak()
    {
        Collect();
        if (File.Exists(Status))
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    /// <summary>How many threads there are.</summary>
    public static int Threads()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.Threads.Count;
    }

    private static void Collect()
    {
        // Twice: what finalizers let go of is collected with the second.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static double? Field(string name) => File.Exists(Status)
        && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? 1024 * double.Parse(line[(name.Length + 1)..^"kB".Length], CultureInfo.InvariantCulture)
            : null;
}
