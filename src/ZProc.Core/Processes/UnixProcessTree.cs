using System.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>The search that Linux and macOS share, over each one's own process list.</summary>
internal abstract class UnixProcessTree : ProcessTree
{
    private readonly ProcessIdentity? _root;

    protected UnixProcessTree(ProcessIdentity? root, Lineage lineage)
    {
        _root = root;
        Lineage = lineage;
    }

    protected Lineage Lineage { get; }

    /// <summary>Tells who has a process id now; null when nobody does, or only a zombie.</summary>
    public static new ProcessIdentity? Identify(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxProcessTree.Read(id)?.Identity;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            var start = process.StartTime.ToUniversalTime().Ticks;
            return new ProcessIdentity(id, start - (start % TimeSpan.TicksPerSecond)); // as exact as ps
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyCollection<ProcessIdentity> Find()
    {
        var all = List();
        var found = new Dictionary<int, ProcessIdentity>();

        // Once somebody else has the root's id, its parent and session links are that process's, not ours.
        var root = _root is { } r && !all.Any(e => e.Identity.Id == r.Id && e.Identity != r) ? _root : null;
        var self = Environment.ProcessId;
        foreach (var entry in all)
        {
            var id = entry.Identity.Id;
            if (id != self && id != _root?.Id
                && ((root is { } leader && entry.SessionId == leader.Id && entry.Identity.StartTime >= leader.StartTime) || CarriesLineage(id)))
            {
                found.Add(id, entry.Identity);
            }
        }

        // Children of what was found, until a pass adds none.
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            foreach (var entry in all)
            {
                var id = entry.Identity.Id;
                if (id != self && id != _root?.Id && !found.ContainsKey(id)
                    && ParentOf(entry) is { } parent && entry.Identity.StartTime >= parent.StartTime)
                {
                    found.Add(id, entry.Identity);
                }
            }
        }

        return found.Values;

        ProcessIdentity? ParentOf(ProcessEntry entry) =>
            found.TryGetValue(entry.ParentId, out var parent) ? parent
            : root is { } r && r.Id == entry.ParentId ? r
            : null;
    }

    /// <inheritdoc/>
    public sealed override bool Kill(TimeSpan bound)
    {
        var start = Stopwatch.GetTimestamp();
        while (Find() is { Count: > 0 } found)
        {
            if (Stopwatch.GetElapsedTime(start) > bound)
            {
                return false;
            }

            // All are hit before any is waited for, so that none has time to replace another.
            foreach (var process in found)
            {
                Signal(process);
            }

            foreach (var process in found)
            {
                var left = bound - Stopwatch.GetElapsedTime(start);
                WaitForExit(process, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }

            RuntimeFiles.Remove(found.Select(process => process.Id).ToArray());
        }

        return true;
    }

    /// <summary>Every process that runs.</summary>
    protected abstract IReadOnlyList<ProcessEntry> List();

    /// <summary>Whether a process's environment is of the lineage; false where it may not be read.</summary>
    protected abstract bool CarriesLineage(int id);

    /// <summary>Kills one process, unless its id has passed to another.</summary>
    protected abstract void Signal(ProcessIdentity process);

    /// <summary>Waits until a process runs no more.</summary>
    protected abstract void WaitForExit(ProcessIdentity process, TimeSpan bound);
}
