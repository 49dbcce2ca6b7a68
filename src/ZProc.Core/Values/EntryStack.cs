namespace ZProc.Core.Values;

/// <summary>
/// The places of the entries of the dictionaries that are being written or read, those of the innermost one last. Each thread keeps
/// a spare one. A pool of .NET would have to be compiled in each new process, as an image cannot hold the pool for this type.
/// </summary>
internal sealed class EntryStack
{
    /// <summary>An array with more entries than this many is not kept for the next value.</summary>
    private const int MaxKept = 16 * 1024;

    private const int FirstSize = 64;

    [ThreadStatic]
    private static EntryStack? _spare;

    private EntryRange[] _entries = new EntryRange[FirstSize];
    private int _count;

    /// <summary>How many entries there are.</summary>
    public int Count => _count;

    /// <summary>Takes the spare one of this thread, or a new one.</summary>
    public static EntryStack Take()
    {
        var stack = _spare ?? new EntryStack();
        _spare = null;
        return stack;
    }

    /// <summary>Makes room for the entries of a dictionary, which are the top from now on.</summary>
    /// <param name="count">How many there are.</param>
    /// <returns>The index of the first one.</returns>
    public int Push(int count)
    {
        if (count > _entries.Length - _count)
        {
            var larger = new EntryRange[Math.Max(_count + count, 2 * _entries.Length)];
            Array.Copy(_entries, larger, _count);
            _entries = larger;
        }

        var first = _count;
        _count += count;
        return first;
    }

    /// <summary>Sets one entry.</summary>
    public void Set(int index, EntryRange entry) => _entries[index] = entry;

    /// <summary>The entries of a dictionary. They stay valid until the next <see cref="Push"/>.</summary>
    /// <param name="first">What <see cref="Push"/> returned.</param>
    /// <param name="count">How many there are.</param>
    public Span<EntryRange> Slice(int first, int count) => _entries.AsSpan(first, count);

    /// <summary>Removes the entries of a dictionary.</summary>
    /// <param name="first">What <see cref="Push"/> returned.</param>
    public void Pop(int first) => _count = first;

    /// <summary>Removes everything, and keeps this one as the spare of the thread.</summary>
    public void Return()
    {
        _count = 0;
        if (_entries.Length > MaxKept)
        {
            _entries = new EntryRange[FirstSize];
        }

        _spare = this;
    }
}
