using System.Diagnostics;
using System.Management.Automation.Runspaces;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes.Supervision;
using ZProc.Output;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>One attempt of a supervised process: its worker, and the way from the worker to the supervisor.</summary>
internal sealed class SupervisedAttempt : IWorkerOwner
{
    private readonly Supervisor _supervisor;
    private readonly WorkerOrder _order;
    private readonly long _created = Stopwatch.GetTimestamp();

    /// <summary>Creates an attempt; its worker is not started yet.</summary>
    /// <param name="supervisor">The supervisor, which hears of what happens to the worker.</param>
    /// <param name="order">What the worker is to do.</param>
    /// <param name="template">What a runspace starts from; null for an OS process.</param>
    public SupervisedAttempt(Supervisor supervisor, WorkerOrder order, InitialSessionState? template)
    {
        _supervisor = supervisor;
        _order = order;
        Number = order.Attempt;
        Worker = template is null ? new OsWorker(order, this) : RunspaceWorker.Create(order, template, this);
    }

    /// <summary>The number of the attempt, from 1.</summary>
    public int Number { get; }

    /// <summary>The worker.</summary>
    public Worker Worker { get; }

    /// <summary>Starts the worker.</summary>
    public void Start()
    {
        ZProcMeter.Processes.Add(1);
        try
        {
            Worker.Start();
        }
        catch
        {
            ZProcMeter.Processes.Add(-1);
            throw;
        }

        ZProcEventSource.Log.AttemptStarted(_order.InstanceId.ToString(), _order.Name, _order.Start.As.ToString(), Number, Worker.ProcessId);
    }

    void IWorkerOwner.OnOutput(OutputItem item) => _supervisor.AddOutput(item);

    void IWorkerOwner.OnWatched(WatchProgress progress) => _supervisor.NoteProgress(progress);

    void IWorkerOwner.OnMoved() => _supervisor.Send(() => new SupervisionEvent.WorkerMoved(Number, Worker.ProcessId));

    void IWorkerOwner.OnScriptEnded() => _supervisor.Send(() => new SupervisionEvent.ScriptEnded(Number));

    void IWorkerOwner.OnEnded(ScriptEnd end)
    {
        var attemptEnd = ScriptAttemptEnd.Of(end);
        ZProcMeter.Processes.Add(-1);
        ZProcEventSource.Log.AttemptEnded(
            _order.InstanceId.ToString(), _order.Name, Number, attemptEnd.ExitCode, Stopwatch.GetElapsedTime(_created).TotalSeconds, attemptEnd.Error ?? string.Empty);
        _supervisor.Send(() => new SupervisionEvent.AttemptEnded(Number, Worker.ProcessId, attemptEnd));
    }
}
