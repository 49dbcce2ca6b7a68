namespace ZProc.Core.Processes;

/// <summary>Where a process stands, all its attempts together.</summary>
public enum ProcessState
{
    /// <summary>It has not been started, or waits for its turn to start.</summary>
    NotStarted,

    /// <summary>It runs, or waits for its next attempt.</summary>
    Running,

    /// <summary>Its script came to its end.</summary>
    Completed,

    /// <summary>Its last attempt failed.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>Whoever looked after it died, and it with them.</summary>
    Lost,
}
