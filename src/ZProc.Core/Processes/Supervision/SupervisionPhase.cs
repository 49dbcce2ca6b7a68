namespace ZProc.Core.Processes.Supervision;

/// <summary>The phases of a supervised process, in the order in which a process goes through them.</summary>
public enum SupervisionPhase
{
    /// <summary>No attempt has begun.</summary>
    NotStarted,

    /// <summary>The worker of an attempt is being started. A request to stop waits until the worker can take it.</summary>
    Starting,

    /// <summary>The script of an attempt runs.</summary>
    Running,

    /// <summary>The script was asked to stop and has not ended yet.</summary>
    Stopping,

    /// <summary>An attempt has failed and another one will follow. The warning about the failure is being written.</summary>
    AnnouncingRetry,

    /// <summary>The time before the next attempt passes.</summary>
    WaitingForRetry,

    /// <summary>The process has ended.</summary>
    Ended,
}
