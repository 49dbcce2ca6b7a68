namespace ZProc.Output;

/// <summary>
/// Output items under consecutive numbers. Items beyond <see cref="MemoryLimit"/> go to a private file, except objects of
/// this OS process, which have no encoding. Not thread-safe.
/// </summary>
internal sealed class OutputBuffer : IDisposable
{
    /// <summary>The bytes of output that stay in memory.</summary>
    public const int MemoryLimit = 8 * 1024 * 1024;

    private readonly LinkedList<OutputChunk> _chunks = new(); // without gaps
    private LinkedListNode<OutputChunk>? _lastRead;
    private OutputSpool? _spool;
    private long _inMemory;

    /// <summary>The number of the oldest item, or of the next one when there is none.</summary>
    public long First => _chunks.First?.Value.First ?? End;

    /// <summary>The number after the newest item.</summary>
    public long End { get; private set; }

    /// <summary>Adds an item behind the newest one.</summary>
    public void Append(OutputItem item)
    {
        if (_chunks.Last is not { Value.IsFull: false } last)
        {
            last = _chunks.AddLast(new OutputChunk(End));
        }

        var before = last.Value.Size;
        last.Value.Add(item);
        End++;
        _inMemory += last.Value.Size - before;
        if (last.Value.IsFull)
        {
            Spool(last.Value);
        }
    }

    /// <summary>Adds items in front of the oldest one.</summary>
    public void Prepend(IReadOnlyList<OutputItem> items)
    {
        var chunk = new OutputChunk(First - items.Count);
        foreach (var item in items)
        {
            chunk.Add(item);
        }

        _chunks.AddFirst(chunk);
        _inMemory += chunk.Size;
    }

    /// <summary>Reads an item, which must be there.</summary>
    public OutputItem Read(long number)
    {
        var chunk = Find(number);
        Load(chunk);
        var item = chunk[number];
        if (number + 1 == chunk.End && chunk.TryUnload())
        {
            _inMemory -= chunk.Size;
        }

        return item;
    }

    /// <summary>Drops the items before a number.</summary>
    public void DropBefore(long number)
    {
        while (_chunks.First is { Value: var first } && first.First < number)
        {
            if (first.End > number)
            {
                Load(first);
                _inMemory -= first.DropBefore(number);
                return;
            }

            _inMemory -= first.IsLoaded ? first.Size : 0;
            if (first.IsSpooled)
            {
                _spool!.Free(first.Offset, first.PackedLength);
            }

            _chunks.RemoveFirst();
        }

        if (_chunks.Count == 0)
        {
            _inMemory = 0;
            _spool?.Clear();
        }
    }

    /// <summary>Drops all items, and removes the file.</summary>
    public void Dispose()
    {
        _chunks.Clear();
        _spool?.Dispose();
        _spool = null;
    }

    /// <summary>Finds the chunk of a number. Readers go forward, so that the search begins where the last one ended.</summary>
    private OutputChunk Find(long number)
    {
        var node = _lastRead is { List: not null } last && last.Value.First <= number ? last : _chunks.First!;
        while (node.Value.End <= number)
        {
            node = node.Next!;
        }

        _lastRead = node;
        return node.Value;
    }

    private void Spool(OutputChunk chunk)
    {
        if (_inMemory > MemoryLimit && chunk.IsEncoded)
        {
            _inMemory -= chunk.Size;
            chunk.Unload((_spool ??= new OutputSpool()).Append(chunk.Pack()));
        }
    }

    private void Load(OutputChunk chunk)
    {
        if (!chunk.IsLoaded)
        {
            chunk.Load(_spool!.Read(chunk.Offset, chunk.PackedLength));
            _inMemory += chunk.Size;
        }
    }
}
