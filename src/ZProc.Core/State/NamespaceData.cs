using System.Runtime.InteropServices;
using ZProc.Core.Durable;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>
/// One namespace: its entries and its feed. The store has the original; a replica is a copy in another process, kept
/// current by the updates that the server sends. Not thread-safe: the owner's gate guards it.
/// </summary>
public sealed class NamespaceData
{
    // A list holds the entries, so that a snapshot is one copy; the dictionary finds an entry's place in the list.
    private readonly Dictionary<string, int> _places;
    private readonly List<KeyValuePair<string, Entry>> _entries;
    private long _bytes;

    /// <summary>Creates an empty one. The limits are those of the store.</summary>
    public NamespaceData(string name, object gate, StoreOptions options, long revision = 0)
        : this(name, gate, options, [], revision)
    {
    }

    /// <summary>Creates one from a snapshot.</summary>
    public NamespaceData(string name, object gate, StoreOptions options, IReadOnlyList<KeyValuePair<string, Entry>> entries, long revision)
    {
        Name = name;
        _entries = [.. entries];
        _places = new Dictionary<string, int>(_entries.Count, StringComparer.Ordinal);
        for (var place = 0; place < _entries.Count; place++)
        {
            _places.Add(_entries[place].Key, place);
            _bytes += _entries[place].Value.Value.Length;
        }

        Feed = new Feed(gate, new UpdateLog(options.For(name), revision), () => Snapshot(sequence: 0));
    }

    /// <summary>Creates one as it was on disk.</summary>
    internal static NamespaceData Restore(RecoveredNamespace space, object gate, StoreOptions options)
    {
        var data = new NamespaceData(space.Name, gate, options, space.Entries, space.Revision - space.Updates.Count) { Updated = space.Updated };
        foreach (var update in space.Updates)
        {
            data.Feed.Log.Append(update);
        }

        return data;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its updates and watches.</summary>
    public Feed Feed { get; }

    /// <summary>The newest revision.</summary>
    public long Revision => Feed.Log.Revision;

    /// <summary>When the newest update was made, in UTC.</summary>
    public DateTime Updated { get; private set; }

    /// <summary>The size of the values, in bytes.</summary>
    public long Bytes => _bytes;

    /// <summary>How many keys there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys in no promised order: the newest one first, as long as no key was removed.</summary>
    public IEnumerable<string> Keys
    {
        get
        {
            for (var place = _entries.Count - 1; place >= 0; place--)
            {
                yield return _entries[place].Key;
            }
        }
    }

    /// <summary>One key's entry; null when it is missing.</summary>
    public Entry? Find(string key) => _places.TryGetValue(key, out var place) ? _entries[place].Value : null;

    /// <summary>One key's value; null when it is missing.</summary>
    public EncodedValue? FindValue(string key) => Find(key)?.Value;

    /// <summary>Applies the next update and offers it to the watches.</summary>
    public void Apply(Update update)
    {
        foreach (var change in update.Changes)
        {
            if (change.After is { } value)
            {
                Set(change.Key, new Entry(value, update.Revision, update.Timestamp));
            }
            else
            {
                Remove(change.Key);
            }
        }

        Updated = update.Timestamp;
        Feed.Append(update);
    }

    /// <summary>Its revision and number of keys.</summary>
    public NamespaceSummary Summary => new(Revision, Count);

    /// <summary>Describes it without its entries.</summary>
    public NamespaceInfo Describe() => new(Name, Count, _bytes, Revision, Feed.Log.OldestReadable - 1, Updated);

    /// <summary>The whole namespace.</summary>
    public Snapshot Snapshot(long sequence) => new(Name, Revision, sequence, _entries.ToArray());

    private void Set(string key, Entry entry)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, key, out var exists);
        _bytes += entry.Value.Length;
        if (exists)
        {
            _bytes -= _entries[place].Value.Value.Length;
            _entries[place] = new(_entries[place].Key, entry);
        }
        else
        {
            place = _entries.Count;
            _entries.Add(new(key, entry));
        }
    }

    private void Remove(string key)
    {
        if (_places.Remove(key, out var place))
        {
            _bytes -= _entries[place].Value.Value.Length;
            var last = _entries[^1];
            _entries.RemoveAt(_entries.Count - 1);
            if (place < _entries.Count)
            {
                _entries[place] = last;
                _places[last.Key] = place;
            }
        }
    }
}
