using ZProc.Core.Processes;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>An attempt in an OS process of its own.</summary>
internal sealed class OsWorker : Worker, IChildObserver
{
    private readonly object _gate = new();
    private volatile WorkerChild? _child;
    private volatile bool _begun;
    private ScriptEnd? _end;
    private bool _stopping;
    private volatile bool _killed;

    public OsWorker(WorkerOrder order, IWorkerOwner owner)
        : base(order, owner)
    {
    }

    public override int ProcessId => _child?.Id ?? 0;

    public override void Start()
    {
        // Who hears of its end meanwhile waits until it is known which it was.
        lock (_gate)
        {
            Begin();
        }
    }

    public override void Stop() => Stopping(child => child.Stop());

    public override void EndWatching() => Stopping(child => child.EndWatching());

    public override void Kill()
    {
        _killed = true;
        Stopping(child => child.Kill());
    }

    void IChildObserver.OnFrame(ChildProcess child, Frame frame)
    {
        switch ((WorkerFrame)frame.Kind)
        {
            case WorkerFrame.Started:
                _begun = true;
                Order.Context.Processes.Spares.Refill(Order);
                break;
            case WorkerFrame.Watched:
                Watched(WorkerMessages.ReadWatched(frame.Payload));
                break;
            case WorkerFrame.Ended:
                var (end, sequence) = WorkerMessages.ReadEnded(frame.Payload);
                Order.Context.Client.Observe(sequence);
                _end = end;
                break;
            default:
                Write(new OutputItem((OutputKind)frame.Kind, null, frame.Payload));
                break;
        }
    }

    void IChildObserver.OnText(ChildProcess child, string line) =>
        Write(new OutputItem(OutputKind.Text, null, OutputCodec.Encode(OutputKind.Text, line)));

    void IChildObserver.OnExit(ChildProcess child, ChildExit exit)
    {
        if (BeginAgain())
        {
            Moved();
            return;
        }

        try
        {
            if (_end is null)
            {
                // It had no time to give anything up.
                Order.Context.Client.EndSource(Order.InstanceId);
            }
        }
        finally
        {
            End(_end
                ?? (_killed ? ScriptEnd.Stopped with { ExitCode = exit.Code } : ScriptEnd.Died(Order.Name, exit)));
        }
    }

    private void Begin()
    {
        var program = Order.Start.PowerShellPath is { } path ? PowerShellProgram.At(path) : PowerShellProgram.Own;
        _child = Order.Context.Processes.Spares.Begin(program, Order, this);
    }

    /// <summary>Begins anew where a spare ended (it could not connect, it was killed) before it took the order up: nothing was done yet.</summary>
    private bool BeginAgain()
    {
        lock (_gate)
        {
            if (_begun || _stopping || !_child!.IsSpare)
            {
                return false;
            }

            try
            {
                _end = null;
                Begin();
                return true;
            }
#pragma warning disable CA1031 // whatever it is, it is how the process failed
            catch (Exception e)
#pragma warning restore CA1031
            {
                _end = ScriptEnd.Failed(e);
                return false;
            }
        }
    }

    private void Stopping(Action<WorkerChild> how)
    {
        lock (_gate)
        {
            _stopping = true;
            if (_child is not null)
            {
                how(_child);
            }
        }
    }
}
