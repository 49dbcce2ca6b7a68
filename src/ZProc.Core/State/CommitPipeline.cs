using ZProc.Core.Diagnostics;
using ZProc.Core.Durable;

namespace ZProc.Core.State;

/// <summary>
/// Brings the commits of a store to disk. A commit is staged: worked out, and seen by later commits only. The thread of the pipeline
/// writes all that is staged at once, with the store's lock released, and then publishes it in one step after the other: the update
/// for readers and watches, and the outcome for its client. So no reader sees what is not on disk, and a write that fails has nothing to
/// take back.
/// </summary>
/// <remarks>
/// With <see cref="Durability.Interval"/> an update is published first and only recorded here. While the disk fails, or too much
/// waits for it, commits are staged as with <see cref="Durability.Always"/>, so that their clients wait or learn of the fault.
/// </remarks>
internal sealed class CommitPipeline
{
    private const long MostRecordedBytes = 64L * 1024 * 1024;
    private const int StepsAtOnce = 256; // published under the store's lock

    private readonly object _gate;
    private readonly IJournal _journal;
    private readonly Durability _durability;
    private readonly Action<StoreNamespace, Update> _publish;
    private readonly Action<StoreNamespace> _settled;
    private readonly Action _rolledBack;
    private readonly object _signal = new(); // taken inside the store's lock
    private readonly Thread _thread;
    private bool _isSignalled; // guarded by the signal

    // Guarded by the store's lock.
    private List<PipelineStep> _queued = [];
    private long _recordedBytes;
    private long _added;
    private long _delivered;
    private bool _isUrgent; // the thread writes at once
    private bool _isRecording; // the thread writes after the interval
    private bool _isEnding;
    private FaultException? _fault;
    private int _lost; // updates that were published and cannot be written any more

    /// <param name="gate">The store's lock.</param>
    /// <param name="journal">What keeps the updates. The pipeline disposes it at its end.</param>
    /// <param name="durability">When an update is on disk.</param>
    /// <param name="publish">Applies an update that was staged. Called under the lock.</param>
    /// <param name="settled">Told of a namespace after it has no staged update any more. Called under the lock.</param>
    /// <param name="rolledBack">Told after staged updates were dropped. Called under the lock.</param>
    public CommitPipeline(
        object gate, IJournal journal, Durability durability, Action<StoreNamespace, Update> publish, Action<StoreNamespace> settled, Action rolledBack)
    {
        _gate = gate;
        _journal = journal;
        _durability = durability;
        _publish = publish;
        _settled = settled;
        _rolledBack = rolledBack;
        _thread = new Thread(Run) { IsBackground = true, Name = "ZProc journal" };
        _thread.Start();
    }

    /// <summary>Whether a commit is staged now. If not, it is published at once and recorded. The caller holds the lock.</summary>
    public bool Stages => _durability == Durability.Always || _delivered < _added || _fault is not null || _recordedBytes > MostRecordedBytes;

    /// <summary>The place of the newest step, for <see cref="IsBehind"/>. The caller holds the lock.</summary>
    public long Position => _added;

    /// <summary>Whether a step up to a place has not been delivered. The caller holds the lock.</summary>
    public bool IsBehind(long position) => _delivered < position;

    /// <summary>Refuses an update that can never be written: in a batch it would fail with those of other clients.</summary>
    /// <exception cref="FaultException">ValueTooLarge.</exception>
    public void Check(Update update)
    {
        if (update.Size > _journal.MaximumUpdateBytes && !update.RemovesNamespace)
        {
            throw new FaultException(
                Fault.ValueTooLarge,
                $"The commit replaces, sets or removes {update.Size:N0} bytes, and a state on disk takes {_journal.MaximumUpdateBytes:N0} at a time. "
                + "Nothing was changed. Change or remove the keys in several steps.",
                update.Namespace);
        }
    }

    /// <summary>Adds an update that no reader has seen. The caller holds the lock.</summary>
    public void Stage(StoreNamespace space, Update update)
    {
        space.Staged!.Add(update);
        Add(new PipelineStep { Space = space, Update = update, IsStaged = true });
    }

    /// <summary>Adds an update that was published. The caller holds the lock.</summary>
    public void Record(StoreNamespace space, Update update)
    {
        _queued.Add(new PipelineStep { Space = space, Update = update });
        _recordedBytes += update.Size;
        if (!_isRecording)
        {
            _isRecording = true;
            Signal();
        }
    }

    /// <summary>Tells something at once, or after the updates before it. The caller holds the lock.</summary>
    /// <param name="deliver">Told when they are on disk.</param>
    /// <param name="fail">Told instead when they could not be written; null for the same.</param>
    public void After(Action deliver, Action<FaultException>? fail = null)
    {
        if (_delivered == _added)
        {
            deliver();
        }
        else
        {
            Add(new PipelineStep { Deliver = deliver, Fail = fail });
        }
    }

    /// <summary>Writes what is left, ends the thread and closes the journal. The caller does not hold the lock.</summary>
    /// <returns>DiskFailed: updates that were acknowledged could not be written. Null when everything was written.</returns>
    public FaultException? End()
    {
        lock (_gate)
        {
            _isEnding = true;
            Signal();
        }

        _thread.Join();
        lock (_gate)
        {
            // The fault's own message is for a commit that was refused, and can be tried again.
            return _lost == 0 ? null : new FaultException(
                Fault.DiskFailed,
                $"{_lost:N0} acknowledged update{(_lost == 1 ? "" : "s")} could not be written and {(_lost == 1 ? "is" : "are")} lost ({(_fault?.InnerException ?? _fault)?.Message}).",
                null,
                _fault);
        }
    }

    private void Add(PipelineStep step)
    {
        _queued.Add(step);
        _added++;
        if (!_isUrgent)
        {
            _isUrgent = true;
            Signal();
        }
    }

    private void Run()
    {
        while (TakeBatch() is { } steps)
        {
            try
            {
                Write(steps);
            }
#pragma warning disable CA1031 // whatever the fault is, the clients that wait must learn it, and the server goes on for readers
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ZProcEventSource.Log.FaultCaught(nameof(CommitPipeline), exception);
                Fail(steps, exception as FaultException ?? new FaultException(
                    Fault.DiskFailed, $"The commit could not be written ({exception.Message}): nothing was changed. Look after the disk and try again.", null, exception));
                continue;
            }

            Publish(steps);
        }

        _journal.Dispose();
    }

    /// <summary>Waits for work.</summary>
    /// <returns>Null at the end.</returns>
    private List<PipelineStep>? TakeBatch()
    {
        var due = default(Deadline?);
        while (true)
        {
            lock (_gate)
            {
                if (_isUrgent || (_isEnding && _queued.Count > 0) || (_queued.Count > 0 && due is { Passed: true }))
                {
                    var steps = _queued;
                    _queued = [];
                    _isUrgent = false;
                    _isRecording = false;
                    return steps;
                }

                if (_isEnding)
                {
                    return null;
                }

                due = _queued.Count > 0 ? due ?? Deadline.After(DurableOptions.Interval) : null;
            }

            WaitForSignal(due);
        }
    }

    private void Signal()
    {
        lock (_signal)
        {
            _isSignalled = true;
            Monitor.Pulse(_signal);
        }
    }

    private void WaitForSignal(Deadline? due)
    {
        lock (_signal)
        {
            while (!_isSignalled && due is not { Passed: true })
            {
                Monitor.Wait(_signal, due?.Remaining ?? Timeout.InfiniteTimeSpan);
            }

            _isSignalled = false;
        }
    }

    private void Write(List<PipelineStep> steps)
    {
        var updates = new List<Update>(steps.Count);
        var kept = new Dictionary<string, KeptHistory>(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var step in steps)
            {
                if (step.Update is { } update)
                {
                    updates.Add(update);
                    kept[update.Namespace] = step.Space!.Data.Feed.Log.Kept;
                }
            }
        }

        if (updates.Count > 0)
        {
            _journal.Write(new JournalBatch(updates, kept));
        }
    }

    private void Publish(List<PipelineStep> steps)
    {
        for (var i = 0; i < steps.Count;)
        {
            lock (_gate)
            {
                _fault = null;
                for (var end = Math.Min(i + StepsAtOnce, steps.Count); i < end; i++)
                {
                    Publish(steps[i]);
                }
            }
        }
    }

    private void Publish(PipelineStep step)
    {
        if (step is { Update: { } update, Space: { } space })
        {
            if (!step.IsStaged)
            {
                _recordedBytes -= update.Size;
                return;
            }

            space.Staged!.Remove(update);
            _publish(space, update);
            _settled(space);
        }

        Tell(step.Deliver);
        _delivered++;
    }

    private void Fail(List<PipelineStep> steps, FaultException fault)
    {
        lock (_gate)
        {
            // Later steps build on those that failed.
            steps.AddRange(_queued);
            _queued = [];
            _isUrgent = false;
            _fault = fault;
            foreach (var step in steps)
            {
                step.Space?.Staged!.Clear();
            }

            _rolledBack();

            // The clients of these have their acknowledgement: they are written when the disk takes them.
            var acknowledged = steps.FindAll(static step => step is { Update: not null, IsStaged: false });
            if (_isEnding)
            {
                _lost += acknowledged.Count;
            }
            else
            {
                _queued = acknowledged;
                _isRecording = _queued.Count > 0;
            }

            foreach (var step in steps)
            {
                if (step.Update is null || step.IsStaged)
                {
                    Tell(step.Fail is { } fail ? () => fail(fault) : step.Deliver);
                    _delivered++;
                }

                if (step is { Space: { } space, IsStaged: true })
                {
                    _settled(space);
                }
            }
        }
    }

    private static void Tell(Action? what)
    {
        try
        {
            what?.Invoke();
        }
#pragma warning disable CA1031 // the fault of one client must not keep the outcomes from the others
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: the memory is exhausted.
            ZProcEventSource.Log.FaultCaught(nameof(CommitPipeline), exception);
        }
    }
}
