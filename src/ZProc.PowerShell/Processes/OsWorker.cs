using ZProc.Core.Processes;

namespace ZProc.PowerShell;

/// <summary>An attempt in an OS process of its own.</summary>
internal sealed class OsWorker : Worker, IChildObserver
{
    private volatile WorkerChild? _child;
    private ScriptEnd? _end;
    private volatile bool _killed;

    public OsWorker(WorkerOrder order, IWorkerOwner owner)
        : base(order, owner)
    {
    }

    public override int ProcessId => _child?.Id ?? 0;

    public override void Start()
    {
        var program = Order.Start.PowerShellPath is { } path ? PowerShellProgram.At(path) : PowerShellProgram.Own;
        _child = Order.Context.Processes.Spares.Begin(program, Order, this);
    }

    public override void Stop() => _child?.Stop();

    public override void EndWatching() => _child?.EndWatching();

    public override void Kill()
    {
        _killed = true;
        _child?.Kill();
    }

    void IChildObserver.OnFrame(ChildProcess child, Frame frame)
    {
        switch ((WorkerFrame)frame.Kind)
        {
            case WorkerFrame.Started:
                Order.Context.Processes.Spares.Refill(Order);
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
                ?? (_killed ? ScriptEnd.Stopped with { ExitCode = exit.Code } : ScriptEnd.Failed(ProcessErrors.Died(Order.Name, exit), exit.Code)));
        }
    }
}
