namespace ZProc.PowerShell;

/// <summary>
/// What a process wrote and nobody has received yet, in order. Whoever writes never waits: what exceeds a few megabytes
/// of memory goes to a private file, but for objects of this OS process, which cannot leave it.
/// </summary>
internal sealed class OutputQueue : IDisposable
{
    /// <summary>How much stays in memory.</summary>
    public const int MemoryLimit = 8 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly LinkedList<OutputChunk> _chunks = new();
    private readonly int _memoryLimit;
    private OutputSpool? _spool;
    private long _inMemory;
    private long _written;
    private bool _complete;

    public OutputQueue(int memoryLimit = MemoryLimit) => _memoryLimit = memoryLimit;

    /// <summary>Called, outside of any lock of this queue, after something was added, and when the process has ended.</summary>
    public event Action? Changed;

    /// <summary>Whether something is unread.</summary>
    public bool HasMore
    {
        get
        {
            lock (_gate)
            {
                return _chunks.Count > 0;
            }
        }
    }

    /// <summary>Adds one at the end; nothing more once it is complete.</summary>
    public void Add(OutputItem item)
    {
        lock (_gate)
        {
            if (_complete)
            {
                return;
            }

            if (_chunks.Last is not { Value.IsFull: false } last)
            {
                last = _chunks.AddLast(new OutputChunk(_written));
            }

            var before = last.Value.Size;
            last.Value.Add(item);
            _written++;
            _inMemory += last.Value.Size - before;
            if (last.Value.IsFull)
            {
                Spool(last.Value);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>Nothing will be added any more.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
        }
    }

    /// <summary>Lets those who wait look at the process.</summary>
    public void Announce() => Changed?.Invoke();

    /// <summary>Takes the next item, if there is one.</summary>
    /// <param name="position">Where the reader is; moves on.</param>
    /// <param name="keep">Leaves it for others.</param>
    /// <param name="item">The item.</param>
    public bool TryRead(ref long position, bool keep, out OutputItem item)
    {
        lock (_gate)
        {
            for (var node = _chunks.First; node is not null; node = node.Next)
            {
                var chunk = node.Value;
                position = Math.Max(position, chunk.First);
                if (position < chunk.End)
                {
                    Load(chunk);
                    item = chunk[position++];
                    if (!keep)
                    {
                        Drop(position);
                    }
                    else if (position == chunk.End && chunk.TryUnload())
                    {
                        _inMemory -= chunk.Size;
                    }

                    return true;
                }
            }

            item = default;
            return false;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _complete = true;
            _chunks.Clear();
            _spool?.Dispose();
            _spool = null;
        }
    }

    private void Spool(OutputChunk chunk)
    {
        if (_inMemory > _memoryLimit && chunk.IsEncoded)
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

    private void Drop(long position)
    {
        // Chunks are dropped whole, but what was read of one counts as gone.
        while (_chunks.First is { Value: var first } && first.First < position)
        {
            if (first.End > position)
            {
                _inMemory -= first.DropBefore(position);
                return;
            }

            _inMemory -= first.Size;
            _chunks.RemoveFirst();
        }

        if (_chunks.Count == 0)
        {
            _inMemory = 0;
            _spool?.Clear();
        }
    }
}
