using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>A worker in a runspace of this OS process.</summary>
internal sealed class ItemRunspace : ItemWorker
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly LocalFeed _feed;
    private readonly Source _self = new(Guid.NewGuid(), ParallelCall.Name, Environment.ProcessId);
    private ScriptRunspace? _runspace;
    private Alarm? _alarm;
    private bool _isPrepared;
    private bool _timedOut;
    private bool _stopping;
    private bool _ending;

    /// <summary>Makes one.</summary>
    /// <param name="call">Whose items they are.</param>
    /// <param name="batch">The batch to begin with; null for the next one.</param>
    public ItemRunspace(ParallelCall call, ItemBatch? batch)
        : base(call) => _feed = new LocalFeed(call.Scheduler, batch, call.Options.ItemTimeout is null ? null : OnBegin);

    /// <inheritdoc/>
    public override void Stop()
    {
        ScriptRunspace? runspace;
        lock (_gate)
        {
            _stopping = true;
            runspace = _ending ? null : _runspace;
        }

        runspace?.Stop();
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
        if (!_feed.Prime() || Open() is not { } runspace)
        {
            return;
        }

        var options = Call.Options;
        var info = new ZProcessInfo(_self.Id, ParallelCall.Name, ProcessKind.Runspace, 1);
        var end = runspace.Prepare(options.Context, options.Start, _self, info, Write);
        _isPrepared = end is null;
        end ??= ItemLoop.Run(runspace, new ItemScript(options.Start.Script, options.Arguments, options.Start.Using), _feed);
        if (!TryEnd())
        {
            return; // given up meanwhile
        }

        var closed = runspace.Close(ScriptEnd.Completed);
        if (closed.Error is { } left)
        {
            Call.AddExtra(new OutputItem(OutputKind.Error, left, default));
        }

        if (_timedOut)
        {
            GoOnElsewhere(fail: !_feed.HasEndedItself);
        }
        else if (end.State != ProcessState.Stopped && (!_isPrepared || end.Error is not null))
        {
            Call.Fault(end.Error ?? ProcessErrors.Exited(ParallelCall.Name, end.ExitCode));
        }
    }

    private ScriptRunspace? Open()
    {
        var runspace = new ScriptRunspace(Call.Options.Template);
        lock (_gate)
        {
            if (!_stopping && !_ending)
            {
                _runspace = runspace;
                return runspace;
            }
        }

        runspace.Dispose();
        return null;
    }

    private void Write(OutputKind kind, object? value)
    {
        if (!_isPrepared && kind == OutputKind.Output)
        {
            return; // what comes before the items outputs in vain: each worker would say the same
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

    /// <summary>Claims the end of this worker, for its own thread or for whoever gives it up.</summary>
    private bool TryEnd()
    {
        lock (_gate)
        {
            _alarm?.Dispose();
            _alarm = null;
            return !_ending && (_ending = true);
        }
    }

    private void OnBegin()
    {
        lock (_gate)
        {
            if (_alarm is null && !_ending)
            {
                SetAlarm(Call.Options.ItemTimeout!.Value, CheckAge);
            }
        }
    }

    private void SetAlarm(TimeSpan delay, Action work) => _alarm = Alarm.After(delay, "ZProc timeout", work);

    /// <summary>An item may have been running for too long: if one has, its runspace is stopped, and given up if it cannot be.</summary>
    private void CheckAge()
    {
        var limit = Call.Options.ItemTimeout!.Value;
        lock (_gate)
        {
            _alarm = null;
            if (_ending || _feed.Age(limit) is not { } age)
            {
                return;
            }

            if (age < limit)
            {
                SetAlarm(limit - age, CheckAge);
                return;
            }

            _timedOut = true;
            SetAlarm(Grace, GiveUp);
        }

        _runspace!.Stop();
    }

    private void GiveUp()
    {
        if (TryEnd())
        {
            _feed.Revoke();
            GoOnElsewhere(fail: true);
            Abandon();
            Call.OnEnded(this);
        }
    }

    private void GoOnElsewhere(bool fail)
    {
        if (fail)
        {
            _feed.GiveUp(ItemErrors.TookTooLong(Call.Options.ItemTimeout!.Value));
        }

        Call.StartWorker(_feed.Batch);
    }

    /// <summary>Leaves the thread to itself: what it does no longer counts.</summary>
    private void Abandon()
    {
        _feed.Revoke();
        RevokedSources.Add(_self);
        try
        {
            Call.Options.Context?.Client.EndSource(_self.Id);
        }
        finally
        {
            _runspace?.Abandon();
        }
    }
}
