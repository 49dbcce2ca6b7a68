using ZProc.Core.Processes.Supervision;

namespace ZProc.Core.Tests.Processes.Supervision;

/// <summary>A supervised process without workers, threads or timers: events go in, the state and the effects are looked at.</summary>
internal sealed class SupervisedProcess
{
    public const int OsProcess = 4711;

    private static readonly DateTime Epoch = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly SupervisionPolicy _policy;

    public SupervisedProcess(SupervisionPolicy policy) => _policy = policy;

    public SupervisionState State { get; private set; } = new();

    public SupervisionPhase Phase => State.Phase;

    /// <summary>Seconds since the process was made.</summary>
    public double Now { get; set; }

    /// <summary>How far the wall clock was moved since then.</summary>
    public TimeSpan WallClockJump { get; set; }

    public IReadOnlyList<SupervisionEffect> Effects { get; private set; } = [];

    public IReadOnlyList<SupervisionEffect> Send(SupervisionEvent happened)
    {
        var step = SupervisionTransition.Next(_policy, State, happened, new Moment(Epoch.AddSeconds(Now) + WallClockJump, TimeSpan.FromSeconds(Now)));
        State = step.State;
        Effects = step.Effects;
        return Effects;
    }

    /// <summary>The process as an earlier server left it: another one goes on with its status alone.</summary>
    public SupervisedProcess Left() => new(_policy) { State = new SupervisionState { Status = State.Status.AsResumed() }, Now = Now };

    /// <summary>Brings a new process to where its first attempt runs.</summary>
    public SupervisedProcess Run()
    {
        Send(new SupervisionEvent.StartRequested());
        Send(new SupervisionEvent.WorkerStarted(1, OsProcess));
        return this;
    }

    /// <summary>Lets the attempt that runs fail, and the next one begin.</summary>
    public SupervisedProcess FailAndRetry(params string[] names)
    {
        var attempt = State.Status.Attempts;
        Send(new SupervisionEvent.AttemptEnded(attempt, OsProcess, Failed("no luck", names)));
        Send(new SupervisionEvent.RetryAnnounced(attempt));
        Send(new SupervisionEvent.RetryDue(attempt));
        Send(new SupervisionEvent.WorkerStarted(attempt + 1, OsProcess + attempt));
        return this;
    }

    public static AttemptEnd Failed(string error, params string[] names) =>
        new() { State = Core.Processes.ProcessState.Failed, ExitCode = 1, Error = error, ErrorId = "Test", FailureNames = names };

    public static AttemptEnd Lost { get; } =
        new() { State = Core.Processes.ProcessState.Lost, ExitCode = 1, Error = "lost", ErrorId = "Test", FailureNames = ["Exit", "Lost"] };

    public static AttemptEnd Completed { get; } = new() { State = Core.Processes.ProcessState.Completed, ExitCode = 0 };
}
