using System.Globalization;

namespace ZProc.Core.Processes;

/// <summary>
/// How many processes Linux has killed for want of memory: those of this process's cgroup, where cgroups of version 2
/// count them, else those of the whole machine. A child is in the same cgroup or in one below, which is counted in.
/// </summary>
internal static class MemoryKills
{
    private const string Counter = "oom_kill ";
    private const string Cgroup = "0::/"; // version 2 has one hierarchy, and it has this number

    /// <summary>The count; 0 where nobody counts.</summary>
    public static long Count() => OperatingSystem.IsLinux() ? Count("/proc/self/cgroup", "/sys/fs/cgroup", "/proc/vmstat") : 0;

    /// <summary>The count by these files.</summary>
    /// <param name="cgroups">Tells the cgroup.</param>
    /// <param name="mount">Where cgroups are mounted.</param>
    /// <param name="machine">The machine's counters.</param>
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
            return []; // it is not there for us: there is nothing to tell
        }
    }
}
