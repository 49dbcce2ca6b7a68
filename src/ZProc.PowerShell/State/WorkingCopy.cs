using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.State;

/// <summary>
/// A copy of a namespace that is changed by itself. A key is copied when it is first touched, so that a change inside its value
/// counts too. Not thread-safe.
/// </summary>
internal sealed class WorkingCopy
{
    private readonly string _namespace;
    private readonly StoreOptions _limits;
    private readonly Func<string, Entry?> _read;
    private readonly Func<IEnumerable<string>> _readKeys;
    private readonly Dictionary<string, WorkingValue> _touched = new(StringComparer.Ordinal);
    private SortedSet<string>? _keys; // read on first need

    /// <param name="ns">The namespace's name.</param>
    /// <param name="limits">The limits of its values.</param>
    /// <param name="read">Reads a key's entry; null when the key is missing. The original must not change during the life of the copy.</param>
    /// <param name="readKeys">Reads all keys.</param>
    public WorkingCopy(string ns, StoreOptions limits, Func<string, Entry?> read, Func<IEnumerable<string>> readKeys)
    {
        _namespace = ns;
        _limits = limits;
        _read = read;
        _readKeys = readKeys;
    }

    /// <summary>How many keys more the copy has than the original; negative when it has fewer.</summary>
    public int Added { get; private set; }

    /// <summary>The keys, ordered.</summary>
    public IReadOnlySet<string> Keys
    {
        get
        {
            if (_keys is null)
            {
                var keys = new SortedSet<string>(_readKeys(), StringComparer.Ordinal);
                foreach (var (key, working) in _touched)
                {
                    _ = working.Exists ? keys.Add(key) : keys.Remove(key);
                }

                _keys = keys;
            }

            return _keys;
        }
    }

    /// <summary>The value of a key, copied from the original the first time.</summary>
    public WorkingValue Touch(string key)
    {
        if (!_touched.TryGetValue(key, out var working))
        {
            _touched.Add(key, working = new WorkingValue(key, _read(key), _limits));
        }

        return working;
    }

    /// <summary>Makes changes as the server would. When one of them is refused, none is made.</summary>
    /// <returns>What each change did, and whether anything is different now.</returns>
    public (KeyChange[] Results, bool Changed) Apply(IReadOnlyList<Change> changes, bool force)
    {
        var draft = new Draft(key => Touch(key).Encode(), key => Touch(key).Revision, () => Keys, _namespace, _limits, force);
        var results = new KeyChange[changes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = draft.Apply(changes[i]);
        }

        var made = draft.Changes();
        foreach (var change in made)
        {
            Set(change.Key, change.After);
        }

        return (results, made.Count > 0);
    }

    /// <summary>The changes that make the original equal to the copy, ordered by key.</summary>
    public List<Change> Differences()
    {
        var changes = new List<Change>();
        foreach (var (key, working) in _touched.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var now = working.Encode();
            if (now != working.Original && !working.IsUntouched(now))
            {
                changes.Add(now is { } value ? new Change(ChangeKind.Set, key, value) : new Change(ChangeKind.Remove, key));
            }
        }

        return changes;
    }

    private void Set(string key, EncodedValue? value)
    {
        var working = Touch(key);
        var existed = working.Exists;
        working.Set(value);
        if (working.Exists && !existed)
        {
            Added++;
            _keys?.Add(key);
        }
        else if (existed && !working.Exists)
        {
            Added--;
            _keys?.Remove(key);
        }
    }
}
