using System.Globalization;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>
/// Counts the processes that Linux has killed for want of memory: those of this process's cgroup where there are cgroups of
/// version 2, else those of the whole machine. The count of a cgroup includes the cgroups below, where a child may be.
/// </summary>
internal static class OutOfMemoryKills
{
    private const string Counter = "oom_kill ";
    private const string Cgroup = "0::/"; // version 2 has one hierarchy, and it has this number

    /// <summary>The count; 0 on a system that has none.</summary>
    public static long Count() => OperatingSystem.IsLinux() ? Count("/proc/self/cgroup", "/sys/fs/cgroup", "/proc/vmstat") : 0;

    /// <summary>The count by given files.</summary>
    /// <param name="cgroups">The file that names this process's cgroup.</param>
    /// <param name="mount">Where cgroups are mounted.</param>
    /// <param name="machine">The file with the machine's counters.</param>
    public static long Count(string cgroups, string mount, string machine)
    {
        var own = Lines(cgroups).FirstOrDefault(line => line.StartsWith(Cgroup, StringComparison.Ordinal));
        return (own is null ? null : Find(Path.Join(mount, own[Cgroup.Length..], "memory.events"))) ?? Find(machine) ?? 0;
    }

    private static long? Find(string file) =>
        Lines(file).FirstOrDefault(line => line.StartsWith(Counter, StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan(Counter.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Expected: the system has no such file, or this user may not read it.
            ZProcEventSource.Log.FaultCaught(nameof(OutOfMemoryKills), e);
            return [];
        }
    }
}
