using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>
/// One namespace: its entries and its feed. The server's store has the original; a replica is the same thing,
/// kept current by the updates it is sent. Not thread-safe: the owner's gate guards it.
/// </summary>
public sealed class NamespaceData
{
    private readonly Dictionary<string, Entry> _entries;

    /// <summary>Creates an empty one.</summary>
    public NamespaceData(string name, object gate, StoreOptions options)
        : this(name, gate, options, [], 0)
    {
    }

    /// <summary>Creates one from a snapshot.</summary>
    public NamespaceData(string name, object gate, StoreOptions options, IReadOnlyList<KeyValuePair<string, Entry>> entries, long revision)
    {
        Name = name;
        _entries = new Dictionary<string, Entry>(entries, StringComparer.Ordinal);
        Feed = new Feed(gate, new UpdateLog(options, revision));
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its updates and watches.</summary>
    public Feed Feed { get; }

    /// <summary>The newest revision.</summary>
    public long Revision => Feed.Log.Revision;

    /// <summary>How many keys there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys, in no order.</summary>
    public IReadOnlyCollection<string> Keys => _entries.Keys;

    /// <summary>One key's entry; null when it is missing.</summary>
    public Entry? Find(string key) => _entries.TryGetValue(key, out var entry) ? entry : null;

    /// <summary>One key's value; null when it is missing.</summary>
    public EncodedValue? FindValue(string key) => _entries.TryGetValue(key, out var entry) ? entry.Value : null;

    /// <summary>Carries out the next update and tells the watches.</summary>
    public void Apply(Update update)
    {
        foreach (var change in update.Changes)
        {
            if (change.After is { } value)
            {
                _entries[change.Key] = new Entry(value, update.Revision, update.Timestamp);
            }
            else
            {
                _entries.Remove(change.Key);
            }
        }

        Feed.Append(update);
    }

    /// <summary>The whole namespace, ordered.</summary>
    public Snapshot Snapshot(long sequence)
    {
        var entries = _entries.ToArray();
        Array.Sort(entries, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return new Snapshot(Name, Revision, sequence, entries);
    }
}
