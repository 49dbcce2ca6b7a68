using System.Diagnostics;

namespace ZProc.Core.Scheduling;

/// <summary>
/// The items of a call between the command that reads them and the workers that run them. A worker with nothing to do takes
/// all that has been read so far, at once; while all workers are busy, what is read becomes batches of some milliseconds of
/// work each. What waits is bounded. Thread-safe.
/// <para>
/// One lock guards all of it. The parts are <see cref="BatchBuilder"/>, <see cref="BatchQueue"/>, <see cref="WorkerSlots"/> and
/// <see cref="BatchResults"/>. A batch's own lock is taken inside this one, and never the other way round.
/// </para>
/// </summary>
public sealed class ItemScheduler : IDisposable
{
    // Batches per worker: those that wait for a worker, and those between being read and being passed on.
    private const int ReadyBatches = 2;
    private const int OpenBatches = 16;

    private readonly object _gate = new();
    private readonly ItemSchedulerOptions _options;
    private readonly BatchBuilder _builder;
    private readonly BatchQueue _queue;
    private readonly WorkerSlots _workers;
    private long _done;
    private bool _isReaderWaiting; // for room
    private bool _inputEnded;
    private bool _isStopped;
    private long _cutoff = long.MaxValue;

    /// <summary>Makes a scheduler without items.</summary>
    /// <param name="options">How items are handed out.</param>
    /// <param name="startWorker">Starts a worker, which calls <see cref="Take"/> on a thread of its own. Called with the scheduler's lock held.</param>
    public ItemScheduler(ItemSchedulerOptions options, Action startWorker)
    {
        _options = options;
        Results = new BatchResults(_gate, options.IsOrdered, options.WakesForEachBatch);
        _builder = new BatchBuilder(options.BatchSize, Results.Wake);
        _queue = new BatchQueue(maySplit: options.BatchSize is null);
        _workers = new WorkerSlots(_gate, options.ThrottleLimit, startWorker);
    }

    /// <summary>The results, for the command's thread.</summary>
    public BatchResults Results { get; }

    /// <summary>How many items were read.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _builder.Added;
            }
        }
    }

    /// <summary>How many items have ended. Those of a batch count when all of it has ended.</summary>
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

    /// <summary>How many workers have items in hand.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _queue.Running;
            }
        }
    }

    /// <summary>Whether everything that was read has been passed on.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return Results.Count == 0 && _builder.Pending == 0;
            }
        }
    }

    /// <summary>How long an item takes, in ticks of the stopwatch, as far as is known.</summary>
    public double Cost => _builder.Cost;

    /// <summary>The index of the last item that may begin.</summary>
    public long Cutoff => Volatile.Read(ref _cutoff);

    /// <summary>Adds an item of the input. For the command's thread.</summary>
    /// <returns>Whether there is room for another one.</returns>
    public bool Add(object? item)
    {
        lock (_gate)
        {
            _builder.Add(item);
            if (_builder.IsFull)
            {
                Enqueue();
                _workers.WakeOrStart();
            }
            else if (_builder.Pending == 1)
            {
                _workers.WakeOrStart();
            }

            return HasRoom();
        }
    }

    /// <summary>Whether there is room for another item. If not, <see cref="BatchResults.Wait"/> ends when there is. For the command's thread.</summary>
    public bool MayAdd()
    {
        lock (_gate)
        {
            _isReaderWaiting = !HasRoom();
            return !_isReaderWaiting;
        }
    }

    /// <summary>Notes that there will be no more items.</summary>
    public void EndInput()
    {
        lock (_gate)
        {
            _inputEnded = true;
            _workers.WakeAll();
        }
    }

    /// <summary>Ends the call: no further item begins, and all waits in here end.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            Volatile.Write(ref _cutoff, -1);
            _workers.WakeAll();
            Results.Close();
        }
    }

    /// <summary>
    /// Notes that an item has written an error. Where errors end the call, no later item begins any more; without order, none at all.
    /// </summary>
    public void NoteError(long index)
    {
        if (!_options.StopsOnError)
        {
            return;
        }

        lock (_gate)
        {
            Volatile.Write(ref _cutoff, _options.IsOrdered ? Math.Min(_cutoff, index) : -1);
        }

        Results.Wake();
    }

    /// <summary>Waits for a batch. For a worker's thread.</summary>
    /// <returns>Null when there will be none: the worker has left.</returns>
    public ItemBatch? Take()
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (_queue.Ready == 0 && _builder.Pending > 0)
                {
                    Enqueue();
                }

                if (_queue.TryTake(out var batch))
                {
                    if (_isReaderWaiting && HasRoom())
                    {
                        Results.Wake();
                    }

                    return Begin(batch);
                }

                var wait = _queue.TimeUntilOverdue(Stopwatch.GetTimestamp(), out var overdue);
                if (overdue?.Split() is { } part)
                {
                    Results.AddAfter(overdue, part);
                    return Begin(part);
                }

                if (_inputEnded && wait == Timeout.InfiniteTimeSpan)
                {
                    break;
                }

                _workers.Wait(wait);
            }

            _workers.Leave();
            return null;
        }
    }

    /// <summary>Notes that all items of a batch have ended. For the worker that took the batch.</summary>
    public void Complete(ItemBatch batch)
    {
        bool wakesReader;
        lock (_gate)
        {
            var count = batch.Count;
            _done += count;
            if (count > 0)
            {
                _builder.NoteCost(count, Stopwatch.GetTimestamp() - batch.BeganAt);
            }

            if (!_isStopped)
            {
                batch.Complete(); // else its last results may have been dropped, and nobody shall take it for whole
            }

            _queue.End(batch);
            wakesReader = Results.IsAwaited(batch);
            if (_inputEnded && _queue.Running == 0)
            {
                _workers.WakeAll(); // idle workers leave
            }
        }

        if (wakesReader)
        {
            Results.Wake();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Results.Dispose();

    private bool HasRoom() =>
        _queue.Ready < ReadyBatches * _options.ThrottleLimit && Results.Count < OpenBatches * _options.ThrottleLimit && _cutoff == long.MaxValue;

    private void Enqueue()
    {
        var batch = _builder.Build();
        Results.Add(batch);
        _queue.Add(batch);
    }

    private ItemBatch Begin(ItemBatch batch)
    {
        if (batch.Left > 1)
        {
            _workers.WakeForSplit();
        }

        _queue.Begin(batch, Stopwatch.GetTimestamp());
        return batch;
    }
}
