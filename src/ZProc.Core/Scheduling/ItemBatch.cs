using System.Diagnostics;

namespace ZProc.Core.Scheduling;

/// <summary>
/// Neighbours in the input that one worker runs one after the other, and what they wrote until the command has passed it on.
/// Half of the items that have not begun can be split off for another worker. Thread-safe.
/// </summary>
public sealed class ItemBatch
{
    // An item may write without end: with this many results unread, the item waits.
    private const int MaximumUnread = 16_384;

    private readonly object _gate = new();
    private readonly IReadOnlyList<object?> _items; // shared with the batches that were split off
    private readonly long _firstIndex;
    private readonly int _start;
    private readonly Action _onReadable;
    private int _next;
    private int _end;
    private List<object?> _results = [];
    private bool _isComplete;
    private bool _isReaderWaiting;
    private bool _isClosed;

    /// <summary>Makes a batch of all the items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="firstIndex">The index in the whole input of the first of them.</param>
    /// <param name="onReadable">Called when there is something to read after <see cref="Read"/> found nothing. Called with no lock of the batch held.</param>
    public ItemBatch(IReadOnlyList<object?> items, long firstIndex, Action onReadable)
        : this(items, firstIndex, onReadable, 0, items.Count)
    {
    }

    private ItemBatch(IReadOnlyList<object?> items, long firstIndex, Action onReadable, int start, int end)
    {
        _items = items;
        _firstIndex = firstIndex;
        _onReadable = onReadable;
        _start = _next = start;
        _end = end;
    }

    /// <summary>When its first item was begun, in ticks of the stopwatch; 0 before.</summary>
    public long BeganAt { get; private set; }

    /// <summary>How many items it has; fewer after a split.</summary>
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

    /// <summary>How many of its items have not begun.</summary>
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

    /// <summary>When a worker took it, in ticks of the stopwatch. Guarded by the scheduler's lock.</summary>
    internal long TakenAt { get; set; }

    /// <summary>Its place among the batches that have results to pass on. Guarded by the scheduler's lock.</summary>
    internal LinkedListNode<ItemBatch>? Node { get; set; }

    /// <summary>An item by its position.</summary>
    public object? this[int position] => _items[position];

    /// <summary>An item's index in the whole input, from 0.</summary>
    public long IndexOf(int position) => _firstIndex + position;

    /// <summary>Begins the next item.</summary>
    /// <param name="cutoff">The index of the last item that may begin.</param>
    /// <param name="position">The item's position.</param>
    /// <returns>False when no item is left that may begin.</returns>
    public bool TryTake(long cutoff, out int position)
    {
        lock (_gate)
        {
            if (_next < _end && _firstIndex + _next > cutoff)
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

    /// <summary>Gives back the items that were taken last and did not begin after all.</summary>
    public void Return(int count)
    {
        lock (_gate)
        {
            _next -= count;
        }
    }

    /// <summary>Splits off half of the items that have not begun; null when there are none.</summary>
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
            return new ItemBatch(_items, _firstIndex, _onReadable, _end, _end + count);
        }
    }

    /// <summary>Adds something that an item wrote, unless too much is unread.</summary>
    /// <param name="result">What the item wrote. The batch does not look into it.</param>
    /// <param name="isLast">Whether this result is the item's end, which is added in any case.</param>
    /// <returns>False when there is no room: try again after <see cref="WaitForRoom"/>.</returns>
    public bool TryWrite(object? result, bool isLast = false)
    {
        bool wakeReader;
        lock (_gate)
        {
            if (_isClosed)
            {
                return true; // the results are not read any more
            }

            if (_results.Count >= MaximumUnread && !isLast)
            {
                return false;
            }

            _results.Add(result);
            wakeReader = _isReaderWaiting;
            _isReaderWaiting = false;
        }

        if (wakeReader)
        {
            _onReadable();
        }

        return true;
    }

    /// <summary>Waits while too much is unread, or until <see cref="Close"/>.</summary>
    public void WaitForRoom()
    {
        lock (_gate)
        {
            while (_results.Count >= MaximumUnread && !_isClosed)
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
            _isComplete = true;
        }
    }

    /// <summary>Takes what was written since the last call.</summary>
    /// <param name="watch">Whether the reader wants to be told of the next result, if there is none now.</param>
    /// <param name="isComplete">Whether nothing will follow.</param>
    public IReadOnlyList<object?> Read(bool watch, out bool isComplete)
    {
        lock (_gate)
        {
            isComplete = _isComplete;
            if (_results.Count == 0)
            {
                _isReaderWaiting = watch && !isComplete;
                return [];
            }

            var results = _results;
            _results = [];
            if (results.Count >= MaximumUnread)
            {
                Monitor.PulseAll(_gate);
            }

            return results;
        }
    }

    /// <summary>Ends reading: items that wait for room go on, and what they write is dropped.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
