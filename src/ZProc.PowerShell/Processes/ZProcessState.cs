namespace ZProc.Processes;

/// <summary>The states of a process, over all its attempts.</summary>
public enum ZProcessState
{
    /// <summary>The process has not been started.</summary>
    NotStarted = Core.Processes.ProcessState.NotStarted,

    /// <summary>An attempt runs, or the next attempt is planned.</summary>
    Running = Core.Processes.ProcessState.Running,

    /// <summary>The script has reached its end.</summary>
    Completed = Core.Processes.ProcessState.Completed,

    /// <summary>The last attempt has failed.</summary>
    Failed = Core.Processes.ProcessState.Failed,

    /// <summary>The process was stopped.</summary>
    Stopped = Core.Processes.ProcessState.Stopped,

    /// <summary>The session that controlled the process has died, and the process with it.</summary>
    Lost = Core.Processes.ProcessState.Lost,
}
