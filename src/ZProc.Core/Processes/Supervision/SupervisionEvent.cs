namespace ZProc.Core.Processes.Supervision;

/// <summary>
/// Something that happened to a supervised process: the input of <see cref="SupervisionTransition"/>. Events of an attempt
/// carry its number, so that an event that comes late is known for one.
/// </summary>
public abstract record SupervisionEvent
{
    private SupervisionEvent()
    {
    }

    /// <summary>The first attempt shall begin.</summary>
    public sealed record StartRequested : SupervisionEvent;

    /// <summary>
    /// The process goes on from the status that an earlier server left (<see cref="ProcessStatus.AsResumed"/>). Its attempt, if one ran, was
    /// lost with that server.
    /// </summary>
    public sealed record ResumeRequested(AttemptEnd Lost) : SupervisionEvent;

    /// <summary>The worker of an attempt has been started.</summary>
    public sealed record WorkerStarted(int Attempt, int ProcessId) : SupervisionEvent;

    /// <summary>The worker of an attempt could not be started.</summary>
    public sealed record WorkerNotStarted(int Attempt, AttemptEnd End) : SupervisionEvent;

    /// <summary>The attempt goes on in another OS process.</summary>
    public sealed record WorkerMoved(int Attempt, int ProcessId) : SupervisionEvent;

    /// <summary>The script has ended, and the processes that it started are ending. This can come before <see cref="WorkerStarted"/>.</summary>
    public sealed record ScriptEnded(int Attempt) : SupervisionEvent;

    /// <summary>The attempt has ended, and all its output has arrived. This can come before <see cref="WorkerStarted"/>.</summary>
    public sealed record AttemptEnded(int Attempt, int ProcessId, AttemptEnd End) : SupervisionEvent;

    /// <summary>The warning about a failed attempt has been written.</summary>
    public sealed record RetryAnnounced(int Attempt) : SupervisionEvent;

    /// <summary>The time after a failed attempt has passed.</summary>
    public sealed record RetryDue(int Attempt) : SupervisionEvent;

    /// <summary>The process shall stop; the script has the grace to do so.</summary>
    public sealed record StopRequested(TimeSpan Grace) : SupervisionEvent;

    /// <summary>A watcher's process shall end after the call of its action that is running.</summary>
    public sealed record WatchEndRequested : SupervisionEvent;

    /// <summary>The attempt has taken longer than <see cref="SupervisionPolicy.AttemptTimeout"/>.</summary>
    public sealed record AttemptTimedOut(int Attempt, AttemptEnd End) : SupervisionEvent;

    /// <summary>The process has taken longer than <see cref="SupervisionPolicy.Deadline"/>.</summary>
    public sealed record DeadlinePassed(AttemptEnd End) : SupervisionEvent;

    /// <summary>The script has not stopped within its grace.</summary>
    public sealed record GraceElapsed(int Attempt) : SupervisionEvent;
}
