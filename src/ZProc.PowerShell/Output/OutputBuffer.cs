namespace ZProc.Output;

/// <summary>
/// Output items under consecutive numbers. Items beyond <see cref="MemoryLimit"/> go to a private file, except objects of
/// this OS process, which have no encoding. Not thread-safe.
/// </summary>
internal sealed class OutputBuffer : IDisposable
{
    /// <summary>The bytes of output that stay in memory.</summary>
    public const int MemoryLimit = 8 * 1024 * 1024;

    private readonly List<OutputChunk> _chunks = []; // without gaps; those before _start are gone
    private int _start;
    private OutputSpool? _spool;
    private long _inMemory;

    /// <summary>The number of the oldest item, or of the next one when there is none.</summary>
    public long First => _start < _chunks.Count ? _chunks[_start].First : End;

    /// <summary>The number after the newest item.</summary>
    public long End { get; private set; }

    /// <summary>Adds an item behind the newest one.</summary>
    public void Append(OutputItem item)
    {
        if (_start == _chunks.Count || _chunks[^1].IsFull)
        {
            _chunks.Add(new OutputChunk(End));
        }

        var last = _chunks[^1];
        var before = last.Size;
        last.Add(item);
        End++;
        _inMemory += last.Size - before;
        if (last.IsFull)
        {
            Spool(last);
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

        if (_start > 0)
        {
            _chunks[--_start] = chunk;
        }
        else
        {
            _chunks.Insert(0, chunk);
        }

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

    /// <summary>Replaces an item, which must be there.</summary>
    /// <returns>False when the file has the item.</returns>
    public bool TryReplace(long number, OutputItem item)
    {
        var chunk = Find(number);
        if (chunk.IsSpooled)
        {
            return false;
        }

        _inMemory += chunk.Replace(number, item);
        return true;
    }

    /// <summary>Drops the items before a number.</summary>
    public void DropBefore(long number)
    {
        while (_start < _chunks.Count && _chunks[_start] is var first && first.First < number)
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

            RemoveFirst();
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
        _start = 0;
        _spool?.Dispose();
        _spool = null;
    }

    /// <summary>Finds the chunk of a number, in as many steps for the oldest as for the newest: several readers keep the output.</summary>
    private OutputChunk Find(long number)
    {
        var (low, high) = (_start, _chunks.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _chunks[middle].End <= number ? (middle + 1, high) : (low, middle);
        }

        return _chunks[low];
    }

    private void RemoveFirst()
    {
        _chunks[_start++] = null!;
        if (_start == _chunks.Count || (_start > 64 && _start > _chunks.Count / 2))
        {
            _chunks.RemoveRange(0, _start);
            _start = 0;
        }
    }

    private void Spool(OutputChunk chunk)
    {
        if (_inMemory > MemoryLimit && chunk.IsEncoded)
        {
            var size = chunk.Size;
            chunk.Unload((_spool ??= new OutputSpool()).Append(chunk.Pack())); // fails where the file has no room: the chunk stays in memory
            _inMemory -= size;
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
