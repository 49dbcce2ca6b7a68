using System.Globalization;
using System.Management.Automation;

namespace ZProc.Output;

/// <summary>
/// What a process wrote and nobody has received yet, in order. Whoever writes never waits: what exceeds a few megabytes
/// of memory goes to a private file, but for objects of this OS process, which cannot leave it. With a limit, the oldest
/// is dropped instead, and a warning in its place says how much.
/// </summary>
internal sealed class OutputQueue : IDisposable
{
    /// <summary>How much stays in memory.</summary>
    public const int MemoryLimit = 8 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly LinkedList<OutputChunk> _chunks = new();
    private readonly long? _limit;
    private OutputSpool? _spool;
    private long _inMemory;
    private long _written;
    private long _dropped; // and nobody was told
    private bool _complete;

    /// <param name="limit">How many items are kept at most; null for all.</param>
    public OutputQueue(long? limit = null) => _limit = limit;

    /// <summary>Called, outside of any lock of this queue, after something was added, and when the process has ended.</summary>
    public event Action? Changed;

    /// <summary>Whether something is unread.</summary>
    public bool HasMore
    {
        get
        {
            lock (_gate)
            {
                return First < _written;
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

            if (_written - First is var held && held > _limit)
            {
                _dropped += held - _limit.Value;
                Drop(_written - _limit.Value);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>Puts back what was taken before, in front.</summary>
    public void PutBack(IReadOnlyList<OutputItem> items)
    {
        lock (_gate)
        {
            if (items.Count == 0)
            {
                return;
            }

            var chunk = new OutputChunk(First - items.Count);
            foreach (var item in items)
            {
                chunk.Add(item);
            }

            _chunks.AddFirst(chunk);
            _inMemory += chunk.Size;
        }
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
            if (_dropped > 0 && position < First)
            {
                position = First;
                item = Notice(_dropped);
                _dropped = keep ? _dropped : 0;
                return true;
            }

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

    /// <summary>The number of the oldest item that is there, or of the next one.</summary>
    private long First => _chunks.First?.Value.First ?? _written;

    private static OutputItem Notice(long dropped)
    {
        var text = string.Create(CultureInfo.CurrentCulture, $"{dropped:N0} items of output were dropped here, as nobody received them and -OutputLimit keeps no more.");
        return new OutputItem(OutputKind.Warning, null, OutputCodec.Encode(OutputKind.Warning, new WarningRecord(text)));
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

    private void Drop(long position)
    {
        // Chunks are dropped whole, but what was read of one counts as gone.
        while (_chunks.First is { Value: var first } && first.First < position)
        {
            if (first.End > position)
            {
                Load(first);
                _inMemory -= first.DropBefore(position);
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
}
