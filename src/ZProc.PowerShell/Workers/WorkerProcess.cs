using System.ComponentModel;
using System.Runtime.InteropServices;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Parallel;

namespace ZProc.Workers;

/// <summary>The inside of a worker's OS process. Public only because the worker's command line calls <see cref="Run"/>.</summary>
/// <remarks>
/// The parts: <see cref="WorkerInbox"/> reads what the parent sends, <see cref="WorkerConnection"/> connects to the server,
/// <see cref="WorkerRun"/> carries out the order, <see cref="WorkerOutput"/> sends output and reports, and <see cref="WorkerEnd"/>
/// stops the script and kills what it started.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WorkerProcess
{
    // The exit codes that a shell shows for these signals.
    private const int TerminatedCode = 143;
    private const int HungUpCode = 129;

    private readonly Lineage _lineage;
    private readonly WorkerOutput _output;
    private readonly RemoteFeed _items;
    private readonly WorkerEnd _end;
    private readonly WorkerConnection _connection;
    private readonly WorkerInbox _inbox;

    private WorkerProcess(ChildPipes pipes, Lineage lineage)
    {
        _lineage = lineage;
        _output = new WorkerOutput(pipes);
        _items = new RemoteFeed(pipes, _output.Write);
        _end = new WorkerEnd(lineage);
        _connection = new WorkerConnection(_end.Stopping);
        _inbox = new WorkerInbox(pipes, _connection, _items, _end);
    }

    /// <summary>Serves the session that started this OS process, and exits.</summary>
    public static void Run()
    {
        var lineage = Lineage.Current ?? throw new InvalidOperationException("Only OS processes that Start-ZProcess starts call this.");
        var worker = new WorkerProcess(ChildPipes.TakeOver(), lineage);
        SessionEnd.IsWorker = true;
        worker._inbox.Start();

        // When a handler has returned, the signal has its usual effect.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => worker._end.EndBySignal("SIGTERM", TerminatedCode));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => worker._end.EndBySignal("SIGHUP", HungUpCode));

        // On a thread of its own, as the stack of the calling one may be small.
        var script = new Thread(worker.Serve, RunspaceWorker.StackSize) { IsBackground = true, Name = "ZProc script" };
        script.Start();
        script.Join();
    }

    private void Serve()
    {
        var end = Work(out var sequence);
        _output.Report(WorkerFrame.Left, WorkerMessages.Left(sequence));
        _end.WaitForPrograms();
        _output.Report(WorkerFrame.Exiting);
        _end.Exit(end.ExitCode);
    }

    /// <summary>Opens a runspace, joins the context, carries out the order, and leaves the context.</summary>
    /// <param name="sequence">The newest sequence that this process has seen.</param>
    private ScriptEnd Work(out long sequence)
    {
        sequence = 0;
        try
        {
            // The runspace opens and warms up while the connection is made, or before there is an order.
            using var runspace = new ScriptRunspace(SessionTemplate.Of());
            _end.Runspace = runspace;
            using var stopping = _end.Stopping.Register(() => runspace.Stop(_end.Grace));
            runspace.WarmUp();
            var context = _connection.Join(out var folder);
            _end.Context = context;
            try
            {
                if (!_inbox.Order.IsCompleted)
                {
                    runspace.GoTo(folder);
                    runspace.InRunspace(() => WorkerMessages.WarmUp(context));
                    runspace.Rehearse();
                }

                var order = _inbox.Order.GetAwaiter().GetResult();
                return Report(runspace.Close(new WorkerRun(context, runspace, _output, _items, _inbox, _end).Run(order, _lineage)));
            }
            finally
            {
                var grace = _end.GraceOfProcesses;
                var failures = ContextEnd.Stop(context, grace is null ? null : ContextEnd.ShortWriteBound, grace: grace);
                sequence = context.Client.ObservedSequence; // includes the writes that Stop waited for
                foreach (var fault in failures)
                {
                    _output.Write(OutputKind.Error, ErrorRecords.From(fault));
                }
            }
        }
#pragma warning disable CA1031 // the parent is told of any failure
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Report(e is OperationCanceledException ? ScriptEnd.Stopped : ScriptEnd.Failed(e));
        }
    }

    /// <summary>Tells the parent how the script ended. A failure to leave the context is told after that, and counts.</summary>
    private ScriptEnd Report(ScriptEnd end)
    {
        if (end.State == ProcessState.Stopped && _end.Signalled is { } signalled)
        {
            end = signalled; // the session did not ask for that stop
        }

        _output.Report(WorkerFrame.Ended, WorkerMessages.Ended(end));
        return end;
    }
}
