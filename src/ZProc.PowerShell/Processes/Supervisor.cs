using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Processes.Supervision;
using ZProc.Output;
using ZProc.Requests;
using ZProc.Workers;
using static ZProc.Core.Processes.Supervision.SupervisionEffect;
using static ZProc.Core.Processes.Supervision.SupervisionEvent;

namespace ZProc.Processes;

/// <summary>
/// Runs a process of this session: its attempts one after the other, each in a fresh runspace or OS process. The rules are
/// those of <see cref="SupervisionTransition"/>; the supervisor feeds it with events and carries out its effects. Thread-safe.
/// </summary>
internal sealed class Supervisor : IProcessControl
{
    // A runspace cannot be killed, only abandoned: its script always gets time to stop.
    private static readonly TimeSpan MinimumRunspaceGrace = TimeSpan.FromSeconds(1);

    // Guards the state, the timers and the progress. Workers and the process are called with the gate released.
    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly ProcessStart _start;
    private readonly ZProcess _process;
    private readonly InitialSessionState? _template;
    private readonly SupervisionPolicy _policy;
    private readonly SupervisionTimers _timers;
    private readonly bool _isResumed;
    private volatile SupervisionState _state;
    private volatile SupervisedAttempt? _attempt; // the newest
    private WatchProgress? _progress;
    private long _keptStart; // the revision of the start that is kept for the next server; 0 for none

    /// <summary>Creates the supervisor of a process that is not started yet, in the session whose commands the process shall have.</summary>
    /// <param name="context">The context.</param>
    /// <param name="start">What to start.</param>
    /// <param name="process">The process.</param>
    /// <param name="left">The process to go on with, where an earlier server left it; null for a new process.</param>
    public Supervisor(ZProcContext context, ProcessStart start, ZProcess process, KeptStart? left)
    {
        _isResumed = left is not null;
        _keptStart = left?.Revision ?? 0;
        _state = new SupervisionState { Status = left?.Record.Status.AsResumed() ?? new ProcessStatus() };
        _context = context;
        _start = start;
        _process = process;
        _template = start.As == ProcessKind.Runspace ? SessionTemplate.Of(context.Origin) : null;
        _timers = new SupervisionTimers(process.Name, OnTimer);
        _policy = new SupervisionPolicy
        {
            Retry = start.Retry,
            AttemptTimeout = start.AttemptTimeout,
            Deadline = start.Deadline,
            Grace = ZProcess.DefaultGrace,
            MinimumGrace = start.As == ProcessKind.Runspace ? MinimumRunspaceGrace : TimeSpan.Zero,
        };
    }

    /// <inheritdoc/>
    public ProcessStatus Status => _state.Status;

    /// <inheritdoc/>
    public ErrorRecord? LastError => ErrorOf(_state.LastFailure);

    /// <inheritdoc/>
    public Debugger Debugger => _attempt?.Worker.Debugger ?? throw NotDebuggable();

    /// <inheritdoc/>
    public void Start()
    {
        if (_state.Phase == SupervisionPhase.NotStarted)
        {
            Interlocked.Exchange(ref _keptStart, _context.Processes.Kept?.Add(_process.RecordId, _start) ?? 0);
        }

        var effects = Transition(() => _isResumed ? new ResumeRequested(ScriptAttemptEnd.Of(ScriptEnd.Lost(_process.Name))) : new StartRequested());
        if (effects.Count == 0)
        {
            // It may have been stopped while its start was written.
            if (_state.Phase == SupervisionPhase.Ended)
            {
                DropStart();
            }

            throw new FaultException(
                Fault.InvalidArgument, $"The process '{_process.Name}' has been started or stopped before. Restart-ZProcess runs it anew.", _process.Name);
        }

        if (CarryOut(effects) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public void BeginStop(TimeSpan grace, CancellationToken cancellation)
    {
        StopForGood(() => new StopRequested(grace));
    }

    /// <inheritdoc/>
    public void EndWatching()
    {
        StopForGood(static () => new WatchEndRequested());
    }

    /// <inheritdoc/>
    public void Publish(ProcessStatus status) => _context.Processes.Records.Write(_process, status);

    /// <inheritdoc/>
    public ZProcess Restart(CancellationToken cancellation)
    {
        var renewed = _context.Processes.Replace(_process, _start with { Name = _process.Name, Watch = RestOfWatch() });
        renewed.StartJob();
        return renewed;
    }

    /// <inheritdoc/>
    public void Remove(CancellationToken cancellation) => _context.Processes.Remove(_process);

    /// <inheritdoc/>
    public OutputReceiver? Receive(bool keep, bool follow, Action arrived, CancellationToken cancellation) => null;

    /// <summary>Takes output of an attempt.</summary>
    public void AddOutput(OutputItem item) => _process.Written.Add(item);

    /// <summary>Takes note of how far a watcher's action has come, for the next attempt.</summary>
    public void NoteProgress(WatchProgress progress)
    {
        lock (_gate)
        {
            _progress = progress;
        }
    }

    /// <summary>Handles an event.</summary>
    /// <param name="happened">Makes the event. Called with the gate held, so that what the event tells is as new as the state; must only read.</param>
    public void Send(Func<SupervisionEvent> happened) => CarryOut(Transition(happened));

    /// <summary>Handles a request after which the process does not begin again, not even with the next server if this one dies meanwhile.</summary>
    private void StopForGood(Func<SupervisionEvent> request)
    {
        DropStart();
        Send(request);
        DropStart(); // a start may have written another one meanwhile
    }

    private void DropStart() => _context.Processes.Kept?.Remove(_process.RecordId, Interlocked.Exchange(ref _keptStart, 0));

    /// <summary>Moves to the next state. Timers are set together with the state, so that they always fit.</summary>
    /// <returns>The effects that are left to carry out, without the gate.</returns>
    private List<SupervisionEffect> Transition(Func<SupervisionEvent> happened)
    {
        lock (_gate)
        {
            var step = SupervisionTransition.Next(_policy, _state, happened(), Moment.Now);
            _state = step.State;
            return [.. step.Effects.Where(effect => !_timers.TryApply(effect))];
        }
    }

    /// <returns>Why a worker could not be started; null when none had to be, or all went well.</returns>
    private Exception? CarryOut(List<SupervisionEffect> effects)
    {
        Exception? failure = null;
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case StartWorker { Attempt: var attempt }:
                    failure = Begin(attempt);
                    break;
                case StopWorker { Attempt: var attempt, Grace: var grace }:
                    WorkerOf(attempt)?.Stop(grace);
                    break;
                case KillWorker { Attempt: var attempt }:
                    WorkerOf(attempt)?.Kill();
                    break;
                case SupervisionEffect.EndWatching { Attempt: var attempt }:
                    WorkerOf(attempt)?.EndWatching();
                    break;
                case AnnounceRetry retry:
                    Announce(retry);
                    break;
                case ShowStatus:
                    _process.Refresh();
                    break;
                case EndProcess { End: var end }:
                    ZProcEventSource.Log.ProcessEnded(_process.RecordId.ToString(), _process.Name, Status.State.ToString(), Status.Attempts);
                    _process.End(ErrorOf(end));
                    DropStart();
                    break;
                default:
                    throw new InvalidOperationException($"The supervisor cannot carry out {effect}.");
            }
        }

        return failure;
    }

    private Exception? Begin(int number)
    {
        SupervisedAttempt attempt;
        try
        {
            attempt = new SupervisedAttempt(this, OrderOf(number), _template);
            _attempt = attempt;
            attempt.Start();
        }
#pragma warning disable CA1031 // any exception is the way in which the attempt failed
        catch (Exception e)
#pragma warning restore CA1031
        {
            var end = ScriptAttemptEnd.Of(ScriptEnd.Failed(e));
            Send(() => new WorkerNotStarted(number, end));
            return e;
        }

        Send(() => new WorkerStarted(number, attempt.Worker.ProcessId));
        return null;
    }

    private FaultException NotDebuggable() => new(
        Fault.InvalidArgument,
        _start.As == ProcessKind.Process && Status.ProcessId is { } id
            ? $"The script of '{_process.Name}' runs in the OS process {id}, where Debug-Job cannot reach it. Use Enter-PSHostProcess -Id {id}, then Debug-Runspace -Name '{_process.Name}' -BreakAll."
            : $"The script of '{_process.Name}' does not run at this moment, so there is nothing to debug.",
        _process.Name);

    private WorkerOrder OrderOf(int attempt)
    {
        var start = attempt > 1 && _start.RetryProps is { } props ? _start with { Props = props } : _start;
        lock (_gate)
        {
            if (_progress is { } reached && start.Watch is { } watch)
            {
                start = start with { Watch = watch.After(reached) };
            }
        }

        return new WorkerOrder(_context, start, _process.RecordId, _process.Name, attempt);
    }

    /// <summary>The watching of a process in the place of this one: it goes on behind the updates that were handled, and counts its calls anew.</summary>
    private WatchActionStart? RestOfWatch()
    {
        lock (_gate)
        {
            return _progress is { } reached && _start.Watch is { } watch ? watch.After(reached) with { Done = 0 } : _start.Watch;
        }
    }

    private Worker? WorkerOf(int attempt) => _attempt is { } newest && newest.Number == attempt ? newest.Worker : null;

    /// <summary>Warns receivers of the process's output of a failed attempt. The next one begins only after that.</summary>
    private void Announce(AnnounceRetry retry)
    {
        var report = CrashReport.Of(_process.Name, Status.History[^1], ErrorOf(retry.End)!, _policy.Retry, retry.Delay);
        AddOutput(new OutputItem(OutputKind.Warning, null, OutputCodec.Encode(OutputKind.Warning, new WarningRecord(report))));
        _process.Refresh();
        ZProcEventSource.Log.RetryScheduled(_process.RecordId.ToString(), _process.Name, retry.Attempt + 1, retry.Delay.TotalSeconds);
        Send(() => new RetryAnnounced(retry.Attempt));
    }

    private void OnTimer(SupervisionTimer timer, int attempt)
    {
        try
        {
            Send(() => EventOf(timer, attempt));
        }
#pragma warning disable CA1031 // an exception that left the alarm's thread would end the whole process
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: the system gives no more threads.
            ZProcEventSource.Log.FaultCaught(nameof(Supervisor), expected);
        }
    }

    private SupervisionEvent EventOf(SupervisionTimer timer, int attempt) => timer switch
    {
        SupervisionTimer.Deadline => new DeadlinePassed(TimeLimits.Deadline(_process.Name, Status.Attempts, _policy.Deadline!.Value, LastError?.Exception)),
        SupervisionTimer.AttemptTimeout => new AttemptTimedOut(attempt, TimeLimits.AttemptTimeout(_process.Name, attempt, _policy.AttemptTimeout!.Value)),
        SupervisionTimer.Grace => new GraceElapsed(attempt),
        _ => new RetryDue(attempt),
    };

    private static ErrorRecord? ErrorOf(AttemptEnd? end) => (end as ScriptAttemptEnd)?.ErrorRecord;
}
