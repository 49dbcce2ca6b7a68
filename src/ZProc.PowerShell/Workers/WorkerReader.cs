using ZProc.Core.Processes;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>
/// Decodes what one worker's OS process sends, and passes it to a handler. When the process dies before it reports an end,
/// the reader ends the process's source: turns are given back, and the processes that it looked after are marked as lost.
/// </summary>
internal sealed class WorkerReader : IChildObserver
{
    private readonly WorkerOrder _order;
    private readonly IWorkerProcessHandler _handler;
    private ScriptEnd? _end; // set and read by the thread that reads the frames

    /// <param name="order">The order that the process carries out.</param>
    /// <param name="handler">The receiver of what is read.</param>
    public WorkerReader(WorkerOrder order, IWorkerProcessHandler handler)
    {
        _order = order;
        _handler = handler;
    }

    void IChildObserver.OnFrame(ChildProcess child, Frame frame)
    {
        switch ((WorkerFrame)frame.Kind)
        {
            case WorkerFrame.Started:
                _handler.OnStarted();
                _order.Context.Processes.Spares.Refill(_order);
                break;
            case WorkerFrame.Watched or WorkerFrame.ItemBegun or WorkerFrame.ItemEnded:
                _handler.OnProgress((WorkerFrame)frame.Kind, frame.Payload);
                break;
            case WorkerFrame.Ended:
                (_end, var sequence) = WorkerMessages.ReadEnded(frame.Payload);
                _order.Context.Client.Observe(sequence);
                break;
            default:
                _handler.OnOutput(new OutputItem((OutputKind)frame.Kind, null, frame.Payload));
                break;
        }
    }

    void IChildObserver.OnText(ChildProcess child, string line) =>
        _handler.OnOutput(new OutputItem(OutputKind.Text, null, OutputCodec.Encode(OutputKind.Text, line)));

    void IChildObserver.OnExit(ChildProcess child, ChildExit exit)
    {
        if (_handler.TryRestart())
        {
            return;
        }

        try
        {
            if (_end is null)
            {
                _order.Context.Client.EndSource(_order.InstanceId);
            }
        }
        finally
        {
            _handler.OnExit(exit, _end);
        }
    }
}
