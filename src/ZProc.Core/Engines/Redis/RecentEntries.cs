using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// Small entries that this client saw last. A commit that combines values begins with them: when they are still as they were, it needs
/// one round trip. Bounded. Thread-safe.
/// </summary>
internal sealed class RecentEntries
{
    private const int MaximumCount = 4096;
    private const int MaximumBytes = 1024;

    private readonly object _gate = new();
    private readonly Dictionary<(string Namespace, string Key), Entry> _entries = [];

    /// <summary>An entry; null for a key that is missing or was not seen.</summary>
    public Entry? Find(string ns, string key)
    {
        lock (_gate)
        {
            return _entries.TryGetValue((ns, key), out var entry) ? entry : null;
        }
    }

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    /// <summary>Notes an entry; null for a missing key.</summary>
    public void Note(string ns, string key, Entry? entry)
    {
        lock (_gate)
        {
            if (entry is not { } present || present.Value.Length > MaximumBytes)
            {
                _entries.Remove((ns, key));
                return;
            }

            if (_entries.Count >= MaximumCount)
            {
                _entries.Clear();
            }

            _entries[(ns, key)] = present;
        }
    }
}
