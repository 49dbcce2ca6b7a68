using ZProc.Core.Processes;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>An attempt in an OS process of its own.</summary>
internal sealed class OsWorker : Worker, IWorkerProcessHandler
{
    private readonly object _gate = new();
    private volatile WorkerChild? _child;
    private volatile bool _hasStarted;
    private ScriptEnd? _restartFailure;
    private bool _isStopping;
    private volatile bool _wasKilled;

    /// <param name="order">What to run.</param>
    /// <param name="owner">The receiver of the attempt's output and end.</param>
    public OsWorker(WorkerOrder order, IWorkerOwner owner)
        : base(order, owner)
    {
    }

    public override int ProcessId => _child?.Id ?? 0;

    public override void Start()
    {
        // The child may end before _child is set: TryRestart waits for this lock.
        lock (_gate)
        {
            StartChild();
        }
    }

    public override void Stop(TimeSpan grace) => EndChild(child => child.Stop(grace));

    public override void EndWatching() => EndChild(static child => child.EndWatching());

    public override void Kill()
    {
        _wasKilled = true;
        EndChild(static child => child.Kill());
    }

    void IWorkerProcessHandler.OnOutput(OutputItem item) => Write(item);

    void IWorkerProcessHandler.OnStarted() => _hasStarted = true;

    void IWorkerProcessHandler.OnScriptEnded() => EndScript();

    void IWorkerProcessHandler.OnProgress(WorkerFrame kind, ReadOnlyMemory<byte> payload) => Watched(WorkerMessages.ReadWatched(payload));

    /// <summary>Starts another child where a spare ended before it took the order, because it could not connect or was killed.</summary>
    bool IWorkerProcessHandler.TryRestart()
    {
        lock (_gate)
        {
            if (_hasStarted || _isStopping || !_child!.IsSpare)
            {
                return false;
            }

            try
            {
                StartChild();
            }
#pragma warning disable CA1031 // any failure to start is how the process failed
            catch (Exception e)
#pragma warning restore CA1031
            {
                _restartFailure = ScriptEnd.Failed(e);
                return false;
            }
        }

        Moved();
        return true;
    }

    void IWorkerProcessHandler.OnExit(ChildExit exit, ScriptEnd? end) => End(
        _restartFailure ?? end ?? (_wasKilled ? ScriptEnd.Stopped with { ExitCode = exit.Code } : ScriptEnd.Died(Order.Name, exit)));

    private void StartChild()
    {
        var program = Order.Start.PowerShellPath is { } path ? PowerShellProgram.At(path) : PowerShellProgram.Own;
        _child = Order.Context.Processes.Spares.Begin(program, Order, this);
    }

    private void EndChild(Action<WorkerChild> end)
    {
        lock (_gate)
        {
            _isStopping = true;
            if (_child is not null)
            {
                end(_child);
            }
        }
    }
}
