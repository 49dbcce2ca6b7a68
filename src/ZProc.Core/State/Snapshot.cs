namespace ZProc.Core.State;

/// <summary>A whole namespace at one revision. The entries are sorted at the first read of them, not under the store's lock.</summary>
public sealed class Snapshot
{
    private readonly KeyValuePair<string, Entry>[] _entries;
    private bool _ordered;

    /// <summary>Creates it.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="revision">The revision it shows.</param>
    /// <param name="sequence">The server's sequence when it was taken.</param>
    /// <param name="entries">Every key with its entry, in any order. The snapshot owns the array.</param>
    public Snapshot(string ns, long revision, long sequence, KeyValuePair<string, Entry>[] entries)
    {
        Namespace = ns;
        Revision = revision;
        Sequence = sequence;
        _entries = entries;
    }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>The revision it shows.</summary>
    public long Revision { get; }

    /// <summary>The server's sequence when it was taken.</summary>
    public long Sequence { get; }

    /// <summary>How many keys there are.</summary>
    public int Count => _entries.Length;

    /// <summary>Every key with its entry, ordinally ordered by key.</summary>
    public IReadOnlyList<KeyValuePair<string, Entry>> Entries
    {
        get
        {
            lock (_entries)
            {
                if (!_ordered)
                {
                    Array.Sort(_entries, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
                    _ordered = true;
                }
            }

            return _entries;
        }
    }

    /// <summary>Every key with its entry, in no order, for callers that need none.</summary>
    internal IReadOnlyList<KeyValuePair<string, Entry>> Unordered => _entries;
}
