using System.Globalization;
using System.Management.Automation;

namespace ZProc.Output;

/// <summary>
/// The output of a process that has not been received, in order. Adding never waits. With a limit, the oldest items are
/// dropped, and a warning in their place says how many. Progress does not count against the limit: of the records of one activity
/// that follow each other without other output between, only the newest is kept until it is read. Of so many activities that no user can
/// follow them, only the newest are kept. Thread-safe.
/// </summary>
internal sealed class OutputQueue : IDisposable
{
    private const int MaximumActivities = 1000;

    private readonly object _gate = new();
    private readonly OutputBuffer _buffer = new();
    private readonly Dictionary<(int Activity, int Parent), long> _newestProgress = []; // behind the newest other item, with a limit
    private readonly Queue<(int Activity, int Parent)> _activities = new(); // the keys of these, oldest first
    private readonly long? _limit;
    private long _counted; // items that are no progress
    private long _read; // the number after the newest item that was read
    private long _dropped; // since the last warning
    private bool _isComplete;

    /// <param name="limit">How many items beside progress are kept at most; null for all.</param>
    public OutputQueue(long? limit = null) => _limit = limit;

    /// <summary>Raised with no lock of the queue held: after output was added, and when the process has ended.</summary>
    public event Action? Changed;

    /// <summary>Raised with no lock of the queue held, for each item that was added. A handler must only take note.</summary>
    public event Action<OutputItem>? Added;

    /// <summary>Whether there is output to read.</summary>
    public bool HasMore
    {
        get
        {
            lock (_gate)
            {
                return _buffer.First < _buffer.End;
            }
        }
    }

    /// <summary>Adds an item at the end. A complete queue takes no more.</summary>
    public void Add(OutputItem item)
    {
        lock (_gate)
        {
            if (_isComplete)
            {
                return;
            }

            if (_limit is null)
            {
                _buffer.Append(item);
            }
            else
            {
                AddLimited(item, _limit.Value);
            }
        }

        Added?.Invoke(item);
        Changed?.Invoke();
    }

    /// <summary>Reads the newest items that have not been received, oldest first. The items stay.</summary>
    /// <param name="count">How many items at most.</param>
    public IReadOnlyList<OutputItem> Newest(int count)
    {
        lock (_gate)
        {
            var items = new List<OutputItem>();
            for (var number = Math.Max(_buffer.First, _buffer.End - count); number < _buffer.End; number++)
            {
                items.Add(_buffer.Read(number));
            }

            return items;
        }
    }

    /// <summary>Puts items back in front that were taken before.</summary>
    public void PutBack(IReadOnlyList<OutputItem> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _buffer.Prepend(items);
            _counted += items.Count(static item => item.Kind != OutputKind.Progress);
        }

        Changed?.Invoke();
    }

    /// <summary>Ends the adding of items.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
        }
    }

    /// <summary>Raises <see cref="Changed"/>, as the process has ended.</summary>
    public void Announce() => Changed?.Invoke();

    /// <summary>Reads the next item, if there is one.</summary>
    /// <param name="position">The number of the next item for a reader that keeps the output; moves on.</param>
    /// <param name="keep">Whether the item stays for other readers. Otherwise the oldest item is taken.</param>
    /// <param name="item">The item.</param>
    public bool TryRead(ref long position, bool keep, out OutputItem item)
    {
        lock (_gate)
        {
            if (_dropped > 0 && position < _buffer.First)
            {
                position = _buffer.First;
                item = Notice(_dropped);
                _dropped = keep ? _dropped : 0;
                return true;
            }

            position = keep ? Math.Max(position, _buffer.First) : _buffer.First;
            if (position >= _buffer.End)
            {
                item = default;
                return false;
            }

            item = _buffer.Read(position++);
            _read = Math.Max(_read, position);
            if (!keep)
            {
                _counted -= item.Kind == OutputKind.Progress ? 0 : 1;
                _buffer.DropBefore(position);
            }

            return true;
        }
    }

    /// <summary>Drops all output.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isComplete = true;
            _buffer.Dispose();
        }
    }

    private void AddLimited(OutputItem item, long limit)
    {
        if (item.Kind == OutputKind.Progress)
        {
            AddProgress(item);
            return;
        }

        _buffer.Append(item);
        _newestProgress.Clear();
        _activities.Clear();
        for (_counted++; _counted > limit;)
        {
            var oldest = _buffer.First;
            if (_buffer.Read(oldest).Kind != OutputKind.Progress)
            {
                _counted--;
                _dropped++;
            }

            _buffer.DropBefore(oldest + 1);
        }
    }

    /// <summary>
    /// Adds a progress record, in the place of the last one of its activity where nobody has read that. A new activity beyond the maximum
    /// takes the place of the oldest one.
    /// </summary>
    private void AddProgress(OutputItem item)
    {
        var record = (ProgressRecord)item.Open()!;
        var activity = (record.ActivityId, record.ParentActivityId);
        var isKnown = _newestProgress.TryGetValue(activity, out var number);
        if (!isKnown)
        {
            isKnown = _activities.Count == MaximumActivities && _newestProgress.Remove(_activities.Dequeue(), out number);
            _activities.Enqueue(activity);
        }

        if (!isKnown || number < _read || !_buffer.TryReplace(number, item))
        {
            number = _buffer.End;
            _buffer.Append(item);
        }

        _newestProgress[activity] = number;
    }

    private static OutputItem Notice(long dropped)
    {
        var text = string.Create(CultureInfo.CurrentCulture, $"{dropped:N0} items of output were dropped here, because -OutputLimit was reached before they were received.");
        return new OutputItem(OutputKind.Warning, null, OutputCodec.Encode(OutputKind.Warning, new WarningRecord(text)));
    }
}
