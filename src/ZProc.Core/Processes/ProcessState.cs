namespace ZProc.Core.Processes;

/// <summary>The state of a process, over all its attempts.</summary>
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

    /// <summary>The session that supervised it died, and the process with it.</summary>
    Lost,
}
