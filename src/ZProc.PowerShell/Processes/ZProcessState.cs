namespace ZProc.Processes;

/// <summary>Where a process stands, all its attempts together.</summary>
public enum ZProcessState
{
    /// <summary>It has not been started, or waits for its turn to start.</summary>
    NotStarted = Core.Processes.ProcessState.NotStarted,

    /// <summary>It runs, or waits for its next attempt.</summary>
    Running = Core.Processes.ProcessState.Running,

    /// <summary>Its script came to its end.</summary>
    Completed = Core.Processes.ProcessState.Completed,

    /// <summary>Its last attempt failed.</summary>
    Failed = Core.Processes.ProcessState.Failed,

    /// <summary>It was stopped.</summary>
    Stopped = Core.Processes.ProcessState.Stopped,

    /// <summary>The session that looked after it died, and it with that.</summary>
    Lost = Core.Processes.ProcessState.Lost,
}
