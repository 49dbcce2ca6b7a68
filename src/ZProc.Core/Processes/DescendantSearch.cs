namespace ZProc.Core.Processes;

/// <summary>Finds the descendants of a process in a list of processes, by parent, session and lineage.</summary>
internal static class DescendantSearch
{
    /// <summary>Finds them.</summary>
    /// <param name="all">Every process that runs.</param>
    /// <param name="root">The process whose descendants are wanted; null to search by lineage only.</param>
    /// <param name="self">The id of the calling process, which is never a result.</param>
    /// <param name="carriesLineage">Whether a process is of the lineage. It is asked only for processes that are no older than the root: the answer may cost a file.</param>
    public static IReadOnlyCollection<ProcessIdentity> Find(
        IReadOnlyList<ProcessEntry> all, ProcessIdentity? root, int self, Func<ProcessEntry, bool> carriesLineage)
    {
        var found = new Dictionary<int, ProcessIdentity>();

        // When another process has the root's id, the parent and session links to that id are not the root's any more.
        var living = root is { } r && !all.Any(entry => entry.Identity.Id == r.Id && entry.Identity != r) ? root : null;
        foreach (var entry in all)
        {
            var id = entry.Identity.Id;
            if (id != self && id != root?.Id && !(entry.Identity.StartTime < root?.StartTime)
                && (entry.SessionId == living?.Id || carriesLineage(entry)))
            {
                found.Add(id, entry.Identity);
            }
        }

        // Then the children of these, until a pass adds none.
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            foreach (var entry in all)
            {
                var id = entry.Identity.Id;
                if (id != self && id != root?.Id && !found.ContainsKey(id)
                    && ParentOf(entry) is { } parent && entry.Identity.StartTime >= parent.StartTime)
                {
                    found.Add(id, entry.Identity);
                }
            }
        }

        return found.Values;

        ProcessIdentity? ParentOf(ProcessEntry entry) =>
            found.TryGetValue(entry.ParentId, out var parent) ? parent
            : living is { } leader && leader.Id == entry.ParentId ? leader
            : null;
    }
}
