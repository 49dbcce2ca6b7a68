using System.Diagnostics;

namespace ZProc.Parallel;

/// <summary>
/// The items of a call between the command that reads them and the workers that run them, and the batches in the order of
/// the input. A worker with nothing to do takes what has been read so far, at once; while all are busy, what is read
/// becomes batches of some milliseconds of work each. What waits is bounded. Thread-safe, but for the members of the
/// command's thread.
/// </summary>
internal sealed class ItemScheduler : IDisposable
{
    private const int LargestBatch = 4096;

    // Per worker: batches that wait for one, and batches between being read and being passed on.
    private const int ReadyBatches = 2;
    private const int OpenBatches = 16;

    private static readonly double Target = Stopwatch.Frequency * 0.008; // work in a batch
    private static readonly TimeSpan Overdue = TimeSpan.FromMilliseconds(20); // after which others may have the rest of one
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(5); // between two looks at a batch that is being written

    private readonly object _gate = new();
    private readonly ManualResetEventSlim _changed = new(initialState: false, spinCount: 0);
    private readonly int _throttle;
    private readonly int? _batchSize;
    private readonly bool _ordered;
    private readonly bool _eager;
    private readonly bool _stopsOnError;
    private readonly Action _startWorker;
    private readonly Queue<ItemBatch> _ready = new();
    private readonly LinkedList<ItemBatch> _open = new();
    private readonly Dictionary<ItemBatch, LinkedListNode<ItemBatch>> _running = [];
    private List<object?> _forming = [];
    private long _read;
    private long _done;
    private double _cost = Target;
    private int _workers;
    private int _idle;
    private int _woken;
    private bool _idleForGood;
    private bool _waitsForRoom;
    private bool _inputEnded;
    private bool _stopped;
    private bool _partial; // the command's thread alone
    private long _lastDrain; // the command's thread alone
    private long _cutoff = long.MaxValue;

    /// <summary>Makes one.</summary>
    /// <param name="throttle">How many workers there may be.</param>
    /// <param name="batchSize">How many items a batch has; null for what turns out best.</param>
    /// <param name="ordered">Whether results are passed on in the order of the input.</param>
    /// <param name="eager">Whether <see cref="Wait"/> ends with each batch, and not only when there is something to pass on.</param>
    /// <param name="stopsOnError">Whether the first error is the end.</param>
    /// <param name="startWorker">Starts a worker, which calls <see cref="Take"/>; called with a lock held.</param>
    public ItemScheduler(int throttle, int? batchSize, bool ordered, bool eager, bool stopsOnError, Action startWorker)
    {
        _throttle = throttle;
        _batchSize = batchSize;
        _ordered = ordered;
        _eager = eager;
        _stopsOnError = stopsOnError;
        _startWorker = startWorker;
    }

    /// <summary>How many items were read.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _read;
            }
        }
    }

    /// <summary>How many of them have ended, as far as their batch has.</summary>
    public long Done
    {
        get
        {
            lock (_gate)
            {
                return _done;
            }
        }
    }

    /// <summary>How long an item takes, in ticks of the stopwatch, as far as is known.</summary>
    public double Cost => Volatile.Read(ref _cost);

    /// <summary>The index of the item after which none is begun any more.</summary>
    public long Cutoff => Volatile.Read(ref _cutoff);

    /// <summary>Adds an item of the input. For the command's thread.</summary>
    /// <returns>Whether there is room for another one.</returns>
    public bool Add(object? item)
    {
        lock (_gate)
        {
            _forming.Add(item);
            _read++;
            if (_forming.Count >= Size())
            {
                CloseForming();
                WakeWorker();
            }
            else if (_forming.Count == 1)
            {
                WakeWorker();
            }

            return HasRoom();
        }
    }

    /// <summary>Whether there is room for another item. For the command's thread, which is woken once there is.</summary>
    public bool MayAdd()
    {
        lock (_gate)
        {
            _waitsForRoom = !HasRoom();
            return !_waitsForRoom;
        }
    }

    /// <summary>There will be no more items.</summary>
    public void EndInput()
    {
        lock (_gate)
        {
            _inputEnded = true;
            WakeAll();
        }
    }

    /// <summary>Nothing more is begun, and what waits in here waits no more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            WakeAll();
            foreach (var batch in _open)
            {
                batch.Close();
            }
        }

        _changed.Set();
    }

    /// <summary>
    /// An item has written an error. If that is the end, nothing after it is begun any more, and without order nothing at all.
    /// </summary>
    public void NoteError(long index)
    {
        if (!_stopsOnError)
        {
            return;
        }

        lock (_gate)
        {
            Volatile.Write(ref _cutoff, _ordered ? Math.Min(_cutoff, index) : -1);
        }

        _changed.Set();
    }

    /// <summary>There is something for the command's thread to see to.</summary>
    public void Announce() => _changed.Set();

    /// <summary>Waits for a batch with items to begin. For a worker's thread.</summary>
    /// <returns>Null when there will be none: the worker has left.</returns>
    public ItemBatch? Take()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                if (_ready.Count == 0 && _forming.Count > 0)
                {
                    CloseForming();
                }

                if (_ready.TryDequeue(out var batch))
                {
                    if (_waitsForRoom && HasRoom())
                    {
                        _changed.Set();
                    }

                    return Run(batch);
                }

                var wait = TimeUntilOverdue(out var overdue);
                if (overdue is not null && Steal(overdue) is { } part)
                {
                    return Run(part);
                }

                if (_inputEnded && wait == Timeout.InfiniteTimeSpan)
                {
                    break;
                }

                Idle(wait);
            }

            _workers--;
            return null;
        }
    }

    /// <summary>All items of a batch have ended. For the worker that took it.</summary>
    public void Complete(ItemBatch batch)
    {
        bool announce;
        lock (_gate)
        {
            var count = batch.Count;
            _done += count;
            if (count > 0)
            {
                var cost = (Stopwatch.GetTimestamp() - batch.BeganAt) / (double)count;
                Volatile.Write(ref _cost, cost > _cost ? cost : (_cost + cost) / 2);
            }

            batch.Complete();
            _running.Remove(batch);
            announce = _eager || !_ordered || _open.First?.Value == batch;
            if (_inputEnded && _running.Count == 0)
            {
                WakeAll();
            }
        }

        if (announce)
        {
            _changed.Set();
        }
    }

    /// <summary>Passes on what can be passed on. For the command's thread.</summary>
    /// <param name="pass">Gets what was written, in order.</param>
    /// <param name="watch">Whether a <see cref="Wait"/> follows if nothing was there.</param>
    public void Drain(Action<ItemBatch, IReadOnlyList<object?>> pass, bool watch)
    {
        _lastDrain = Stopwatch.GetTimestamp();
        _partial = false;
        _changed.Reset();
        var node = FirstOpen();
        while (node is not null)
        {
            var batch = node.Value;
            var results = batch.Read(watch, out var complete);
            if (results.Count > 0)
            {
                _partial |= !complete;
                pass(batch, results);
            }

            if (!complete && _ordered)
            {
                break;
            }

            node = Next(node, remove: complete);
        }
    }

    /// <summary>Whether everything that was read has been passed on.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _open.Count == 0 && _forming.Count == 0;
            }
        }
    }

    /// <summary>Whether something has come up since <see cref="Drain"/>, or that was long ago. For the command's thread.</summary>
    public bool IsWorthDraining => _changed.IsSet || Stopwatch.GetElapsedTime(_lastDrain) > Overdue;

    /// <summary>Waits until <see cref="Drain"/> is worth it. For the command's thread.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public void Wait(TimeSpan timeout, CancellationToken cancellation)
    {
        if (_partial)
        {
            // A batch that is being written is not to wake this thread for each object.
            timeout = timeout == Timeout.InfiniteTimeSpan || timeout > Quiet ? Quiet : timeout;
        }

        _changed.Wait(timeout, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();

    private int Size() => _batchSize ?? (int)Math.Clamp(Target / Math.Max(_cost, 1), 1, LargestBatch);

    private bool HasRoom() => _ready.Count < ReadyBatches * _throttle && _open.Count < OpenBatches * _throttle && _cutoff == long.MaxValue;

    private void CloseForming()
    {
        var batch = new ItemBatch(_forming, _read - _forming.Count, _changed.Set);
        _forming = new List<object?>(Math.Min(_forming.Count, LargestBatch));
        _open.AddLast(batch);
        _ready.Enqueue(batch);
    }

    private void WakeWorker()
    {
        if (_idle > _woken)
        {
            _woken++;
            Monitor.Pulse(_gate);
        }
        else if (_workers < _throttle)
        {
            _workers++;
            _startWorker();
        }
    }

    private void WakeAll()
    {
        _woken = _idle;
        Monitor.PulseAll(_gate);
    }

    private void Idle(TimeSpan wait)
    {
        _idle++;
        _idleForGood |= wait == Timeout.InfiniteTimeSpan;
        if (Monitor.Wait(_gate, wait))
        {
            _woken = Math.Max(0, _woken - 1);
        }

        _idle--;
        _woken = Math.Min(_woken, _idle);
    }

    private ItemBatch Run(ItemBatch batch)
    {
        if (batch.Left > 1 && _idleForGood)
        {
            // Somebody who waits without end could have a part of it later.
            _idleForGood = false;
            WakeAll();
        }

        batch.TakenAt = Stopwatch.GetTimestamp();
        _running.Add(batch, _open.FindLast(batch)!);
        return batch;
    }

    /// <summary>How long until the rest of a batch may be taken from its worker: for ever, when there is no such rest.</summary>
    private TimeSpan TimeUntilOverdue(out ItemBatch? overdue)
    {
        overdue = null;
        var least = Timeout.InfiniteTimeSpan;
        foreach (var batch in _running.Keys)
        {
            if (_batchSize is not null || batch.Left == 0)
            {
                continue;
            }

            var left = Overdue - Stopwatch.GetElapsedTime(batch.TakenAt);
            if (left <= TimeSpan.Zero)
            {
                overdue = batch;
                return TimeSpan.Zero;
            }

            if (least == Timeout.InfiniteTimeSpan || left < least)
            {
                least = left;
            }
        }

        return least == Timeout.InfiniteTimeSpan ? least : TimeSpan.FromMilliseconds(Math.Ceiling(least.TotalMilliseconds));
    }

    private ItemBatch? Steal(ItemBatch from)
    {
        if (from.Split() is not { } part)
        {
            return null;
        }

        _open.AddAfter(_running[from], part);
        return part;
    }

    private LinkedListNode<ItemBatch>? FirstOpen()
    {
        lock (_gate)
        {
            return _open.First;
        }
    }

    private LinkedListNode<ItemBatch>? Next(LinkedListNode<ItemBatch> node, bool remove)
    {
        lock (_gate)
        {
            var next = node.Next;
            if (remove)
            {
                _open.Remove(node);
            }

            return next;
        }
    }
}
