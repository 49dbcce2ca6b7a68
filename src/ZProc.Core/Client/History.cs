using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Client;

/// <summary>Reads a namespace at an earlier revision: the current values, less the changes since.</summary>
public static class History
{
    /// <summary>The values at a revision.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="revision">The revision; 0 is the empty beginning.</param>
    /// <param name="alsoRemoved">
    /// Whether revisions before a removal of the namespace can be read, as long as the log keeps them. Watches that began before the
    /// removal need them. To other readers the removal ended the namespace's history.
    /// </param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FaultException">Compacted: the log no longer has all updates since. InvalidArgument: the revision does not exist yet.</exception>
    public static SortedDictionary<string, EncodedValue> ValuesAt(
        this IClient client, string ns, long revision, bool alsoRemoved = false, CancellationToken cancellation = default)
    {
        var snapshot = client.SnapshotFrom(ns, revision, cancellation);
        return TakeBack(snapshot, client.UpdatesSince(ns, revision, alsoRemoved, cancellation));
    }

    /// <summary>The values of a snapshot, less updates. The updates may be newer than the snapshot.</summary>
    internal static SortedDictionary<string, EncodedValue> TakeBack(Snapshot snapshot, IEnumerable<Update> since)
    {
        var values = new SortedDictionary<string, EncodedValue>(StringComparer.Ordinal);
        foreach (var (key, entry) in snapshot.Unordered)
        {
            values.Add(key, entry.Value);
        }

        foreach (var change in FirstChanges(since))
        {
            if (change.Before is { } before)
            {
                values[change.Key] = before;
            }
            else
            {
                values.Remove(change.Key);
            }
        }

        return values;
    }

    /// <summary>The entries at a revision, each with the revision and time that set it if the log still has them.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="revision">The revision; 0 is the empty beginning.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FaultException">As <see cref="ValuesAt"/>.</exception>
    public static SortedDictionary<string, PastEntry> EntriesAt(
        this IClient client, string ns, long revision, CancellationToken cancellation = default)
    {
        var entries = new SortedDictionary<string, PastEntry>(StringComparer.Ordinal);
        foreach (var (key, entry) in client.SnapshotFrom(ns, revision, cancellation).Unordered)
        {
            entries.Add(key, new PastEntry(entry.Value, entry.Revision, entry.Updated));
        }

        var kept = client.GetUpdates(ns, null, cancellation);
        var oldest = kept.Revision - kept.Updates.Count + 1;
        if (revision < oldest - 1 || revision > kept.Revision)
        {
            client.UpdatesSince(ns, revision, alsoRemoved: false, cancellation); // throws the right error
        }

        var since = (int)(revision - oldest + 1);
        CheckNotRemoved(kept, kept.Updates.Skip(since), revision);
        var origins = new Dictionary<string, Update>(StringComparer.Ordinal);
        foreach (var update in kept.Updates.Take(since))
        {
            foreach (var change in update.Changes)
            {
                origins[change.Key] = update;
            }
        }

        foreach (var change in FirstChanges(kept.Updates.Skip(since)))
        {
            if (change.Before is { } before)
            {
                var origin = origins.GetValueOrDefault(change.Key);
                entries[change.Key] = new PastEntry(before, origin?.Revision, origin?.Timestamp);
            }
            else
            {
                entries.Remove(change.Key);
            }
        }

        return entries;
    }

    /// <summary>One key's value at a revision; null when it was missing.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="key">The key.</param>
    /// <param name="revision">The revision; 0 is the empty beginning.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FaultException">As <see cref="ValuesAt"/>.</exception>
    public static EncodedValue? ValueAt(this IClient client, string ns, string key, long revision, CancellationToken cancellation = default)
    {
        if (client.Summarize(ns, cancellation: cancellation).Revision < revision
            && client.Summarize(ns, fresh: true, cancellation).Revision is var newest && newest < revision)
        {
            throw UpdateLog.NotYet(revision, newest);
        }

        var now = client.Get(ns, key, cancellation: cancellation);
        foreach (var update in client.UpdatesSince(ns, revision, alsoRemoved: false, cancellation))
        {
            if (update.Find(key) is { } change)
            {
                return change.Before;
            }
        }

        return now?.Value;
    }

    private static IReadOnlyList<Update> UpdatesSince(
        this IClient client, string ns, long revision, bool alsoRemoved, CancellationToken cancellation)
    {
        var page = client.GetUpdates(ns, revision, cancellation);
        if (!alsoRemoved)
        {
            CheckNotRemoved(page, page.Updates, revision);
        }

        return page.Updates;
    }

    /// <exception cref="FaultException">Compacted: the namespace was removed since, which ended its history.</exception>
    private static void CheckNotRemoved(UpdatePage page, IEnumerable<Update> since, long revision)
    {
        if (since.LastOrDefault(static update => update.RemovesNamespace) is { } removal)
        {
            throw UpdateLog.Gone(revision + 1, removal.Revision + 1, page.Revision);
        }
    }

    // The snapshot must not be older than the revision: changes can be taken back, but not made.
    private static Snapshot SnapshotFrom(this IClient client, string ns, long revision, CancellationToken cancellation)
    {
        var snapshot = client.GetSnapshot(ns, cancellation: cancellation);
        if (snapshot.Revision < revision)
        {
            snapshot = client.GetSnapshot(ns, fresh: true, cancellation: cancellation);
        }

        return snapshot.Revision >= revision ? snapshot : throw UpdateLog.NotYet(revision, snapshot.Revision);
    }

    // The updates are read after the values and are at least as new, so the first change of a key has its value at the revision.
    private static IEnumerable<KeyChange> FirstChanges(IEnumerable<Update> updates)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return updates.SelectMany(update => update.Changes).Where(change => known.Add(change.Key));
    }
}
