using System.Diagnostics;

namespace ZProc.Parallel;

/// <summary>
/// Neighbours in the input that one worker takes together, and what they wrote until the command has passed it on. The rest
/// of a batch can be split off for somebody who has nothing to do. Thread-safe.
/// </summary>
internal sealed class ItemBatch
{
    // Whoever writes more than this before it can be passed on waits: an item may write without end.
    private const int MostUnread = 16_384;

    private readonly object _gate = new();
    private readonly IReadOnlyList<object?> _items; // shared with the parts that were split off
    private readonly long _first;
    private readonly int _start;
    private readonly Action _written;
    private int _next;
    private int _end;
    private List<object?> _results = [];
    private bool _complete;
    private bool _watched;
    private bool _closed;

    /// <summary>Makes a batch.</summary>
    /// <param name="items">Its items.</param>
    /// <param name="first">The index in the whole input of the first of them.</param>
    /// <param name="written">Called when there is something to read after <see cref="Read"/> said there was nothing.</param>
    public ItemBatch(IReadOnlyList<object?> items, long first, Action written)
        : this(items, first, written, 0, items.Count)
    {
    }

    private ItemBatch(IReadOnlyList<object?> items, long first, Action written, int start, int end)
    {
        _items = items;
        _first = first;
        _written = written;
        _start = _next = start;
        _end = end;
    }

    /// <summary>When its worker took it, in ticks of the stopwatch. The scheduler's.</summary>
    public long TakenAt { get; set; }

    /// <summary>When its first item was begun, in ticks of the stopwatch; 0 before.</summary>
    public long BeganAt { get; private set; }

    /// <summary>How many items it has; fewer once some were split off.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _end - _start;
            }
        }
    }

    /// <summary>How many of them nobody has begun.</summary>
    public int Left
    {
        get
        {
            lock (_gate)
            {
                return _end - _next;
            }
        }
    }

    /// <summary>An item by its place.</summary>
    public object? this[int position] => _items[position];

    /// <summary>An item's index in the whole input, from 0.</summary>
    public long IndexOf(int position) => _first + position;

    /// <summary>Begins the next item.</summary>
    /// <param name="cutoff">The index after which none is begun any more.</param>
    /// <param name="position">Its place.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTake(long cutoff, out int position)
    {
        lock (_gate)
        {
            if (_next < _end && _first + _next > cutoff)
            {
                _end = _next;
            }

            position = _next;
            if (_next >= _end)
            {
                return false;
            }

            if (BeganAt == 0)
            {
                BeganAt = Stopwatch.GetTimestamp();
            }

            _next++;
            return true;
        }
    }

    /// <summary>Gives items back that were taken last, and not begun after all.</summary>
    public void Return(int count)
    {
        lock (_gate)
        {
            _next -= count;
        }
    }

    /// <summary>Splits half of what nobody has begun off; null when there is nothing.</summary>
    public ItemBatch? Split()
    {
        lock (_gate)
        {
            var count = (_end - _next + 1) / 2;
            if (count == 0)
            {
                return null;
            }

            _end -= count;
            return new ItemBatch(_items, _first, _written, _end, _end + count);
        }
    }

    /// <summary>Adds what an item wrote, unless too much is unread.</summary>
    /// <param name="result">A plain output object, or an <see cref="ItemRecord"/>.</param>
    /// <param name="isLast">Whether it is the item's end, which waits for nobody.</param>
    /// <returns>False when there is no room: to be tried again after <see cref="WaitForRoom"/>.</returns>
    public bool TryWrite(object? result, bool isLast = false)
    {
        bool announce;
        lock (_gate)
        {
            if (_closed)
            {
                return true; // nobody reads any more
            }

            if (_results.Count >= MostUnread && !isLast)
            {
                return false;
            }

            _results.Add(result);
            announce = _watched;
            _watched = false;
        }

        if (announce)
        {
            _written();
        }

        return true;
    }

    /// <summary>Waits while too much is unread, until <see cref="Close"/>.</summary>
    public void WaitForRoom()
    {
        lock (_gate)
        {
            while (_results.Count >= MostUnread && !_closed)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Notes that all its items have ended.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
        }
    }

    /// <summary>Takes what was written since the last time.</summary>
    /// <param name="watch">Whether to announce what is written next, if there is nothing now.</param>
    /// <param name="complete">Whether nothing will follow.</param>
    public IReadOnlyList<object?> Read(bool watch, out bool complete)
    {
        lock (_gate)
        {
            complete = _complete;
            if (_results.Count == 0)
            {
                _watched = watch && !complete;
                return [];
            }

            var results = _results;
            _results = [];
            if (results.Count >= MostUnread)
            {
                Monitor.PulseAll(_gate);
            }

            return results;
        }
    }

    /// <summary>Lets go of whoever waits to write: nobody reads any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
