namespace ZProc.Core.Processes.Supervision;

/// <summary>The timers of a supervised process.</summary>
public enum SupervisionTimer
{
    /// <summary>Ends with <see cref="SupervisionEvent.DeadlinePassed"/>.</summary>
    Deadline,

    /// <summary>Ends with <see cref="SupervisionEvent.AttemptTimedOut"/>.</summary>
    AttemptTimeout,

    /// <summary>Ends with <see cref="SupervisionEvent.GraceElapsed"/>.</summary>
    Grace,

    /// <summary>Ends with <see cref="SupervisionEvent.RetryDue"/>.</summary>
    Retry,
}
