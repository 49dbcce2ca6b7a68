using System.Management.Automation.Runspaces;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Watching;

namespace ZProc.Workers;

/// <summary>
/// An attempt in a runspace of this OS process. Its thread is our own and a background one: a script that cannot be
/// stopped must not keep the session from exiting.
/// </summary>
internal sealed class RunspaceWorker : Worker
{
    // As deep as the engine's own pipeline threads.
    private const int StackSize = 10_000_000;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly InitialSessionState _template;
    private readonly Source _self;
    private volatile ScriptRunspace? _runspace;
    private WatchSession? _watch;
    private bool _signalled;
    private bool _threadRuns;
    private volatile bool _stopping;
    private int _calls;

    /// <param name="order">What to do.</param>
    /// <param name="template">What its runspace starts from.</param>
    /// <param name="owner">Who hears of it.</param>
    public RunspaceWorker(WorkerOrder order, InitialSessionState template, IWorkerOwner owner)
        : base(order, owner)
    {
        _template = template;
        _self = order.Self;
        _calls = order.Start.Watch?.Done ?? 0;
    }

    public override int ProcessId => Environment.ProcessId;

    public override void Start()
    {
        if (Order.Start.Watch is not { } watch)
        {
            StartThread(RunScript);
            return;
        }

        _watch = WatchSession.Open(Order.Context, watch.Spec, _self);
        _watch.OnAvailable(Signal);
    }

    public override void Stop()
    {
        EndWatching();
        _runspace?.Stop();
    }

    public override void EndWatching()
    {
        bool idle;
        lock (_gate)
        {
            _stopping = true;
            idle = !_threadRuns;
            Monitor.PulseAll(_gate);
        }

        if (idle)
        {
            Finish(ScriptEnd.Stopped);
        }
    }

    public override void Kill()
    {
        // A thread cannot be killed: from here on its output and its writes no longer count.
        if (!HasEnded)
        {
            _stopping = true;
            CurrentSource.Revoke(_self);
            try
            {
                Order.Context.Client.EndSource(Order.InstanceId);
            }
            finally
            {
                End(ScriptEnd.Failed(ProcessErrors.Abandoned(Order.Name)));
                _runspace?.Abandon();
                _watch?.Dispose();
            }
        }
    }

    private void StartThread(Action work)
    {
        _threadRuns = true;
        new Thread(() => work(), StackSize) { IsBackground = true, Name = $"ZProc {Order.Name}" }.Start();
    }

    private void RunScript() => Finish(Guarded(() => Prepare() ?? _runspace!.Invoke()));

    /// <summary>There may be an update: the thread looks, and is made if there is none. Called while somebody's commit waits.</summary>
    private void Signal()
    {
        lock (_gate)
        {
            _signalled = true;
            if (_threadRuns)
            {
                Monitor.PulseAll(_gate);
            }
            else if (!_stopping)
            {
                StartThread(RunUpdates);
            }
        }
    }

    /// <summary>Calls the action for each update, and lingers a little before it gives up its thread.</summary>
    private void RunUpdates()
    {
        while (true)
        {
            if (Guarded(Drain) is { } end)
            {
                Finish(end);
                return;
            }

            lock (_gate)
            {
                if (!_signalled && !_stopping)
                {
                    Monitor.Wait(_gate, Linger);
                }

                if (_stopping)
                {
                    break;
                }

                if (!_signalled)
                {
                    _threadRuns = false;
                    return;
                }
            }
        }

        Finish(ScriptEnd.Stopped);
    }

    /// <summary>Calls the action for what there is.</summary>
    /// <returns>How the process ended; null when it waits for more.</returns>
    private ScriptEnd? Drain()
    {
        lock (_gate)
        {
            _signalled = false;
        }

        while (!_stopping && Next() is { } update)
        {
            if ((Prepare() ?? _runspace!.Invoke(update)) is { State: not ProcessState.Completed } end)
            {
                return end;
            }

            Watched(new WatchProgress(update.Revision, ++_calls));
            if (_runspace!.Exited || _calls == Order.Start.Watch!.Count)
            {
                return ScriptEnd.Completed;
            }
        }

        return null;
    }

    private ZStateUpdate? Next()
    {
        if (!_watch!.NeedsRunspace)
        {
            return _watch.TryRead(out var update) ? update : null;
        }

        // A condition that is a script runs where the action does.
        return Prepare() is null ? _runspace!.InRunspace(() => _watch.TryRead(out var update) ? update : null) : null;
    }

    /// <summary>Opens the runspace, once: an action keeps it from call to call.</summary>
    private ScriptEnd? Prepare()
    {
        if (_runspace is not null)
        {
            return null;
        }

        var spares = Order.Context.Processes.SpareRunspaces;
        var runspace = spares.Take(_template, Order.Start.WorkingDirectory);
        lock (_gate)
        {
            _runspace = runspace;
            if (_stopping)
            {
                return ScriptEnd.Stopped;
            }
        }

        var end = runspace.Prepare(Order.Context, Order.Start, _self, Order.Info, (kind, value) => Write(new OutputItem(kind, value, default)));
        spares.Refill();
        return end;
    }

    private static ScriptEnd? Guarded(Func<ScriptEnd?> work)
    {
        try
        {
            return work();
        }
#pragma warning disable CA1031 // it happens on a thread of ours, and is how the process failed
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ScriptEnd.Failed(e);
        }
    }

    /// <summary>Ends the attempt, once: the thread and who stops it may meet here.</summary>
    private void Finish(ScriptEnd? end)
    {
        end ??= ScriptEnd.Completed;
        _watch?.Dispose();
        End(_runspace?.Close(end) ?? end);
    }
}
