using System.Globalization;

namespace ZProc.Benchmarks.Scale;

/// <summary>The memory and threads of this OS process.</summary>
internal static class Footprint
{
    private const string Status = "/proc/self/status";

    /// <summary>Resident memory in bytes, after a collection of the memory that is no longer in use.</summary>
    public static double Resident()
    {
        Collect();
        return Field("VmRSS") ?? Environment.WorkingSet;
    }

    /// <summary>The peak of resident memory since <see cref="ResetPeak"/>, in bytes.</summary>
    public static double Peak() => Field("VmHWM") ?? Environment.WorkingSet;

    /// <summary>Collects unused memory, and resets the peak.</summary>
    public static void ResetPeak()
    {
        Collect();
        if (File.Exists(Status))
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    /// <summary>The number of threads.</summary>
    public static int Threads()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.Threads.Count;
    }

    private static void Collect()
    {
        // Twice, because the second collection takes the memory that finalizers release.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static double? Field(string name) => File.Exists(Status)
        && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? 1024 * double.Parse(line[(name.Length + 1)..^"kB".Length], CultureInfo.InvariantCulture)
            : null;
}
