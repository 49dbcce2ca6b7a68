namespace ZProc.Core.Processes.Supervision;

/// <summary>
/// Something that the supervisor has to do after a transition: the output of <see cref="SupervisionTransition"/>. An effect
/// on the worker of an attempt is void once that attempt has ended.
/// </summary>
public abstract record SupervisionEffect
{
    private SupervisionEffect()
    {
    }

    /// <summary>Start a worker for an attempt, then tell how that went: <see cref="SupervisionEvent.WorkerStarted"/> or <see cref="SupervisionEvent.WorkerNotStarted"/>.</summary>
    public sealed record StartWorker(int Attempt) : SupervisionEffect;

    /// <summary>Ask the worker to stop. It is killed after the grace.</summary>
    public sealed record StopWorker(int Attempt, TimeSpan Grace) : SupervisionEffect;

    /// <summary>Kill the worker.</summary>
    public sealed record KillWorker(int Attempt) : SupervisionEffect;

    /// <summary>Let the worker of a watcher end after the call that is running.</summary>
    public sealed record EndWatching(int Attempt) : SupervisionEffect;

    /// <summary>Set a timer, in the place of an earlier one of that kind.</summary>
    public sealed record SetTimer(SupervisionTimer Timer, TimeSpan Delay, int Attempt) : SupervisionEffect;

    /// <summary>Cancel a timer, if it is set.</summary>
    public sealed record CancelTimer(SupervisionTimer Timer) : SupervisionEffect;

    /// <summary>Warn of a failed attempt that another one follows, show the status, then send <see cref="SupervisionEvent.RetryAnnounced"/>.</summary>
    public sealed record AnnounceRetry(int Attempt, AttemptEnd End, TimeSpan Delay) : SupervisionEffect;

    /// <summary>Show the status to others.</summary>
    public sealed record ShowStatus : SupervisionEffect;

    /// <summary>End the process. Comes once, last.</summary>
    public sealed record EndProcess(AttemptEnd End) : SupervisionEffect;
}
