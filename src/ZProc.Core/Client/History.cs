using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>A namespace as it was.</summary>
public static class History
{
    /// <summary>The values of a namespace at a revision: as it is now, with the updates since undone.</summary>
    /// <exception cref="FaultException">Compacted: those updates are no longer kept. InvalidArgument: the revision does not exist yet.</exception>
    public static SortedDictionary<string, Values.EncodedValue> ValuesAt(
        this IClient client, string ns, long revision, CancellationToken cancellation = default)
    {
        using var later = client.Watch(new WatchOptions { Namespace = ns, SinceRevision = revision }, cancellation);
        var now = client.GetSnapshot(ns, cancellation: cancellation);
        var values = new SortedDictionary<string, Values.EncodedValue>(StringComparer.Ordinal);
        foreach (var (key, entry) in now.Entries)
        {
            values.Add(key, entry.Value);
        }

        var undo = new Stack<Update>();
        while (undo.Count < now.Revision - revision && later.TryRead(out var update))
        {
            undo.Push(update);
        }

        foreach (var change in undo.SelectMany(update => update.Changes))
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
}
