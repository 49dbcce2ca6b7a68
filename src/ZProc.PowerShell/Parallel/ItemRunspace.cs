using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.Scheduling;
using ZProc.Core.State;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>A worker in a runspace of this OS process.</summary>
internal sealed class ItemRunspace : ItemWorker
{
    // More than the end of a context takes, which an item may have started and left.
    private static readonly TimeSpan CloseBound = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly LocalFeed _feed;
    private readonly ItemTimeLimit? _limit;
    private readonly Source _self = new(Guid.NewGuid(), ParallelCall.Name, Environment.ProcessId);
    private readonly StartedProcesses _started;
    private ScriptRunspace? _runspace;
    private Alarm? _abandoning;
    private bool _isPrepared;
    private bool _isStopping;
    private bool _hasEnded;
    private bool _hasGoneOn; // past the closing of the runspace

    /// <summary>Makes a worker that has not started.</summary>
    /// <param name="call">The call whose items it runs.</param>
    /// <param name="batch">The batch to begin with; null for the next one.</param>
    public ItemRunspace(ParallelCall call, ItemBatch? batch)
        : base(call)
    {
        _started = new StartedProcesses(_self);
        _limit = call.Options.ItemTimeout is { } limit ? new ItemTimeLimit(limit, () => call.Guard(OnLimitExceeded)) : null;
        _feed = new LocalFeed(call.Scheduler, batch, _limit, call.Options.UsesNewRunspace);
    }

    /// <summary>The source of what the items do.</summary>
    public Guid SourceId => _self.Id;

    /// <inheritdoc/>
    public override void Stop(TimeSpan grace)
    {
        _started.SetGrace(grace);
        lock (_gate)
        {
            _isStopping = true;
        }

        Running()?.Stop(grace);
    }

    /// <inheritdoc/>
    public override void StopStarted(Deadline deadline)
    {
        Running()?.WaitUntilStopping(deadline);
        _started.BeginStop();
    }

    /// <inheritdoc/>
    public override void Kill()
    {
        if (TryEnd())
        {
            Abandon();
        }

        Call.OnEnded(this);
    }

    /// <inheritdoc/>
    protected override void Work()
    {
        if (!_feed.WaitForItem() || Open() is not { } runspace)
        {
            return;
        }

        var options = Call.Options;
        var info = new ZProcessInfo(_self.Id, ParallelCall.Name, ProcessKind.Runspace, 1);
        var end = runspace.Prepare(options.Context, options.Start, _self, info, Write);
        _isPrepared = end is null;
        end ??= runspace.InRunspace(() => ItemLoop.Run(runspace, new ItemScript(options.Start.Script, options.Arguments, options.Start.Using), _feed));
        if (!TryEnd())
        {
            return; // abandoned meanwhile
        }

        ScriptEnd closed;
        using (Alarm.After(CloseBound, "ZProc kill", () => Call.Guard(() => OnNotClosed(end))))
        {
            closed = runspace.Close(ScriptEnd.Completed);
        }

        if (!TryGoOn())
        {
            return; // the call went on without this thread
        }

        if (closed.Error is { } left)
        {
            Call.AddExtra(new OutputItem(OutputKind.Error, left, default));
        }

        _started.End();
        Follow(end);
    }

    /// <summary>Goes on after the runspace, as its script's end demands.</summary>
    private void Follow(ScriptEnd end)
    {
        if (_limit?.ExceededBy is { } item)
        {
            Replace(item);
        }
        else if (end.State != ProcessState.Stopped && (!_isPrepared || end.Error is not null))
        {
            Call.Fault(end.Error ?? ProcessErrors.Exited(ParallelCall.Name, end.ExitCode));
        }
        else if (Call.Options.UsesNewRunspace && end.State != ProcessState.Stopped)
        {
            Call.StartWorker(_feed.Batch);
        }
    }

    /// <summary>Leaves a runspace to itself whose closing hangs: code runs in it that its script left for its end. It is closing, so the session does not wait for it.</summary>
    private void OnNotClosed(ScriptEnd end)
    {
        if (!TryGoOn())
        {
            return;
        }

        try
        {
            Revoke();
            _started.BeginStop();
            Follow(end);
        }
        finally
        {
            Call.OnEnded(this);
        }
    }

    /// <summary>Claims what follows the closing of the runspace: for the worker's own thread, or for one that does not wait for it.</summary>
    /// <returns>False when another thread has claimed it.</returns>
    private bool TryGoOn()
    {
        lock (_gate)
        {
            return !_hasGoneOn && (_hasGoneOn = true);
        }
    }

    private ScriptRunspace? Open()
    {
        if (OpenOne() is not { } runspace)
        {
            return null;
        }

        lock (_gate)
        {
            if (!_isStopping && !_hasEnded)
            {
                _runspace = runspace;
                return runspace;
            }
        }

        runspace.Dispose();
        return null;
    }

    private ScriptRunspace? OpenOne()
    {
        var mayOpen = Call.Opening.TryEnter();
        try
        {
            return mayOpen ? new ScriptRunspace(Call.Options.Template) : null;
        }
        finally
        {
            Call.Opening.Leave();
        }
    }

    private void Write(OutputKind kind, object? value)
    {
        if (!_isPrepared && kind == OutputKind.Output)
        {
            return; // the initialization's output is dropped: each worker would repeat it
        }

        if (_feed.Batch is null)
        {
            Call.AddExtra(new OutputItem(kind, value, default)); // after the last item
        }
        else
        {
            _feed.Write(kind, value);
        }
    }

    /// <summary>Claims the end of this worker: for its own thread, or for one that abandons it.</summary>
    /// <returns>False when another thread has claimed it.</returns>
    private bool TryEnd()
    {
        lock (_gate)
        {
            _limit?.Dispose();
            _abandoning?.Dispose();
            return !_hasEnded && (_hasEnded = true);
        }
    }

    /// <summary>Stops the runspace, whose item has taken too long; a runspace that does not stop is abandoned.</summary>
    private void OnLimitExceeded()
    {
        lock (_gate)
        {
            if (_hasEnded)
            {
                return;
            }

            _abandoning = Alarm.After(ParallelCall.Grace, "ZProc timeout", () => Call.Guard(OnNotStopped));
        }

        _started.SetGrace(ParallelCall.Grace);
        _runspace?.Stop(ParallelCall.Grace);
        StopStarted(Deadline.After(PipelineStopper.StopBound));
    }

    /// <summary>The runspace, where its item may be running.</summary>
    private ScriptRunspace? Running()
    {
        lock (_gate)
        {
            return _hasEnded ? null : _runspace;
        }
    }

    private void OnNotStopped()
    {
        if (!TryEnd())
        {
            return;
        }

        try
        {
            _feed.Revoke();
            Replace(_limit!.ExceededBy!.Value);
        }
        finally
        {
            try
            {
                Abandon();
            }
            finally
            {
                Call.OnEnded(this);
            }
        }
    }

    /// <summary>Fails the item that exceeded the limit, unless it ended by itself, and starts a worker for the rest of its batch.</summary>
    private void Replace(int item)
    {
        var batch = _feed.Batch!;
        if (!_limit!.EndedLate)
        {
            Call.FailItem(batch, item, ItemErrors.TookTooLong(Call.Options.ItemTimeout!.Value));
        }

        Call.StartWorker(batch);
    }

    /// <summary>Leaves the thread to itself, and the runspace, which has to close.</summary>
    private void Abandon()
    {
        try
        {
            Revoke();
        }
        finally
        {
            _runspace?.Abandon();
            _started.BeginStop();
        }
    }

    /// <summary>From here on, the output and the writes of the runspace no longer count.</summary>
    private void Revoke()
    {
        _feed.Revoke();
        RevokedSources.Add(_self);
        Call.Options.Context?.Client.EndSource(_self.Id);
    }
}
