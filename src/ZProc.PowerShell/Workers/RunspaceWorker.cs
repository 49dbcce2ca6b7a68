using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Values;

namespace ZProc.Workers;

/// <summary>
/// An attempt in a runspace of this OS process. It runs on a background thread of ZProc: a script that cannot be stopped must not
/// keep the session from exiting.
/// </summary>
internal abstract class RunspaceWorker : Worker
{
    /// <summary>The stack of a thread that runs scripts, in bytes: as large as that of the engine's own pipeline threads.</summary>
    public const int StackSize = 10_000_000;

    private readonly object _gate = new();
    private readonly InitialSessionState _template;
    private readonly StartedProcesses _started;
    private volatile ScriptRunspace? _runspace;
    private volatile bool _isStopping;
    private volatile bool _isClosed; // the script has ended, and its processes are ending

    /// <param name="order">What to run.</param>
    /// <param name="template">What its runspace starts from.</param>
    /// <param name="owner">The receiver of the attempt's output and end.</param>
    protected RunspaceWorker(WorkerOrder order, InitialSessionState template, IWorkerOwner owner)
        : base(order, owner)
    {
        _template = template;
        Self = order.Self;
        _started = new StartedProcesses(Self);
    }

    public override int ProcessId => Environment.ProcessId;

    public override Debugger? Debugger => _runspace?.Debugger;

    /// <summary>The source of the script's updates: one object, which can be revoked.</summary>
    protected Source Self { get; }

    /// <summary>Whether the attempt was asked to stop.</summary>
    protected bool IsStopping => _isStopping;

    /// <summary>Whether processes run that the attempt started.</summary>
    protected bool HasProcesses => _started.Any;

    /// <summary>The runspace, after <see cref="Prepare"/>.</summary>
    protected ScriptRunspace Runspace => _runspace!;

    /// <summary>Makes the worker of an order: a script runs once, an action once for each update.</summary>
    public static RunspaceWorker Create(WorkerOrder order, InitialSessionState template, IWorkerOwner owner) => order.Start.Watch is { } watch
        ? new WatchRunspaceWorker(order, watch, template, owner)
        : new ScriptRunspaceWorker(order, template, owner);

    public override void Stop(TimeSpan grace)
    {
        _started.SetGrace(grace);
        EndWatching();
        _runspace?.Stop(grace);
        _runspace?.WaitUntilStopping(); // this one may wait for the processes that are stopped next, here and by the caller
        _started.BeginStop();
    }

    public override void EndWatching()
    {
        // Either Prepare sees the request, or Stop sees the runspace.
        lock (_gate)
        {
            _isStopping = true;
        }
    }

    public override void Kill()
    {
        // A thread cannot be killed: from here on its output and its writes no longer count.
        if (!HasEnded && !_isClosed)
        {
            _isStopping = true;
            RevokedSources.Add(Self);
            try
            {
                Order.Context.Client.EndSource(Order.InstanceId);
            }
            finally
            {
                End(ScriptEnd.Stopped with { Error = ProcessErrors.Abandoned(Order.Name), IsAbandoned = true }); // the state that a killed OS process has
                try
                {
                    _runspace?.Abandon();
                }
                finally
                {
                    OnEnding();
                    _started.BeginStop();
                }
            }
        }
    }

    /// <summary>Releases what the attempt holds beside its runspace. May be called twice.</summary>
    protected virtual void OnEnding()
    {
    }

    /// <summary>Opens the runspace and sets it up, the first time.</summary>
    /// <returns>Null when the script can run; else how the attempt ended.</returns>
    protected ScriptEnd? Prepare()
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
            if (_isStopping)
            {
                return ScriptEnd.Stopped;
            }
        }

        var end = runspace.Prepare(Order.Context, Order.Start, Self, Order.Info, (kind, value) => Write(new OutputItem(kind, kind == OutputKind.Output ? RunspaceCopy.OfOutput(value) : value, default)));
        spares.Refill();
        return end;
    }

    /// <summary>Does work that runs on a thread of ZProc: its exception is how the attempt failed.</summary>
    protected static ScriptEnd? Guarded(Func<ScriptEnd?> work)
    {
        try
        {
            return work();
        }
#pragma warning disable CA1031 // see above
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ScriptEnd.Failed(e);
        }
    }

    /// <summary>
    /// Ends the attempt, once: its thread and the caller that stops it may both come here. Returns when the processes that it started have
    /// ended, too, in bounded time.
    /// </summary>
    protected void Finish(ScriptEnd end)
    {
        OnEnding();
        var closed = _runspace?.Close(end) ?? end;
        _isClosed = true; // the processes are killed with the grace of the attempt, so the attempt is not abandoned for them
        EndScript();
        _started.End();
        End(closed);
    }
}
