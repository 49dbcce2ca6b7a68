using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>
/// Decodes what one worker's OS process sends, and passes it to a handler. When the process dies before it has left its context,
/// the reader ends the process's source: turns are given back, and the processes that it looked after are marked as lost. A process
/// that hangs in its exit, in which code of the script may run, is killed.
/// </summary>
internal sealed class WorkerReader : IChildObserver
{
    // Far more than an exit takes, with the second in which the worker kills the programs that its script has left.
    private static readonly TimeSpan ExitBound = TimeSpan.FromSeconds(5);

    private readonly WorkerOrder _order;
    private readonly IWorkerProcessHandler _handler;
    private ScriptEnd? _end; // set and read by the thread that reads the frames
    private bool _hasLeft; // likewise
    private Alarm? _killing; // likewise
    private int _isSettled;

    /// <param name="order">The order that the process carries out.</param>
    /// <param name="handler">The receiver of what is read.</param>
    public WorkerReader(WorkerOrder order, IWorkerProcessHandler handler)
    {
        _order = order;
        _handler = handler;
    }

    /// <summary>Tells the spares, once, that the order waits no longer: its process has taken it, or will never take it.</summary>
    /// <param name="isTaken">Whether the process has taken it.</param>
    public void Settle(bool isTaken = false)
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            _order.Context.Processes.Spares.NoteTaken(isTaken ? _order : null);
        }
    }

    void IChildObserver.OnFrame(ChildProcess child, Frame frame)
    {
        switch ((WorkerFrame)frame.Kind)
        {
            case WorkerFrame.Started:
                _handler.OnStarted();
                Settle(isTaken: true);
                break;
            case WorkerFrame.Watched or WorkerFrame.ItemBegun or WorkerFrame.ItemEnded:
                _handler.OnProgress((WorkerFrame)frame.Kind, frame.Payload);
                break;
            case WorkerFrame.Ended:
                _end = WorkerMessages.ReadEnded(frame.Payload);
                _handler.OnScriptEnded();
                break;
            case WorkerFrame.Left:
                _hasLeft = true;
                _order.Context.Client.Observe(WorkerMessages.ReadLeft(frame.Payload));
                _order.Context.Processes.Spares.NoteEnded();
                break;
            case WorkerFrame.Exiting:
                _killing = Alarm.After(ExitBound, "ZProc kill", child.Kill);
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
        _killing?.Dispose();
        Settle();
        if (_handler.TryRestart())
        {
            return;
        }

        try
        {
            if (!_hasLeft)
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
