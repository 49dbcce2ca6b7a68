namespace ZProc.Core.Processes.Supervision;

/// <summary>All that the supervision of a process knows at one moment. <see cref="SupervisionTransition"/> makes each state from the one before.</summary>
public sealed record SupervisionState
{
    /// <summary>The phase of the process.</summary>
    public SupervisionPhase Phase { get; init; }

    /// <summary>What others are shown. The number of the newest attempt is <see cref="ProcessStatus.Attempts"/>.</summary>
    public ProcessStatus Status { get; init; } = new();

    /// <summary>When the newest attempt began.</summary>
    public Moment AttemptStarted { get; init; }

    /// <summary>Whether no further attempt may begin.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether the script of the attempt has ended, and what it has left is ending: its own end counts, whatever limit passes now.</summary>
    public bool HasScriptEnded { get; init; }

    /// <summary>The end that a time limit gave to the attempt: it counts unless the script completes first.</summary>
    public AttemptEnd? Verdict { get; init; }

    /// <summary>In <see cref="SupervisionPhase.Starting"/>: the grace of a stop that waits for the worker; zero to kill it; null for no stop.</summary>
    public TimeSpan? PendingStop { get; init; }

    /// <summary>In <see cref="SupervisionPhase.Starting"/>: whether the worker is to end its watching once it has started.</summary>
    public bool PendingWatchEnd { get; init; }

    /// <summary>The time between the newest failed attempt and the next one.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>When attempts failed within <see cref="RetryPolicy.Window"/>, on the steady clock, oldest first; empty without a window.</summary>
    public IReadOnlyList<TimeSpan> FailuresInWindow { get; init; } = [];

    /// <summary>The newest end that had an error, of an attempt or of the process.</summary>
    public AttemptEnd? LastFailure { get; init; }
}
