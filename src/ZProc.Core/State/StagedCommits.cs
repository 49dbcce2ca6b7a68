using System.Runtime.InteropServices;
using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>
/// The commits of a namespace that are worked out and not on disk yet. The next commit builds on them; readers and watches do not see
/// them. Not thread-safe: the store's lock guards it.
/// </summary>
internal sealed class StagedCommits
{
    private readonly NamespaceData _data;
    private readonly Dictionary<string, StagedValue> _values = new(StringComparer.Ordinal);
    private int _count;

    /// <param name="data">The namespace without them.</param>
    public StagedCommits(NamespaceData data) => _data = data;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The revision of the last one.</summary>
    public long Revision { get; private set; }

    /// <summary>Whether the namespace exists after the last one.</summary>
    public bool Exists { get; private set; }

    /// <summary>One key's value after the last one; null when it is missing.</summary>
    public EncodedValue? Find(string key) => _values.TryGetValue(key, out var staged) ? staged.Value : _data.FindValue(key);

    /// <summary>The revision that last changed a key; 0 when it is missing.</summary>
    public long FindRevision(string key) =>
        _values.TryGetValue(key, out var staged) ? (staged.Value is null ? 0 : staged.Revision) : _data.Find(key)?.Revision ?? 0;

    /// <summary>All keys after the last one.</summary>
    public IEnumerable<string> GetKeys() => _values.Count == 0
        ? _data.Keys
        : _values.Where(pair => pair.Value.Value is not null).Select(pair => pair.Key).Concat(_data.Keys.Where(key => !_values.ContainsKey(key)));

    /// <summary>Adds the next commit.</summary>
    public void Add(Update update)
    {
        _count++;
        Revision = update.Revision;
        Exists = !update.RemovesNamespace;
        foreach (var change in update.Changes)
        {
            _values[change.Key] = new StagedValue(change.After, update.Revision);
        }
    }

    /// <summary>Takes the oldest commit out, in the step in which the namespace gets it.</summary>
    public void Remove(Update update)
    {
        _count--;
        foreach (var change in update.Changes)
        {
            if (_values.TryGetValue(change.Key, out var staged) && staged.Revision == update.Revision)
            {
                _values.Remove(change.Key);
            }
        }
    }

    /// <summary>Drops all of them.</summary>
    public void Clear()
    {
        _count = 0;
        _values.Clear();
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct StagedValue(EncodedValue? Value, long Revision);
}
