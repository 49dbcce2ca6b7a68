namespace ZProc.Core.Processes;

/// <summary>The status of a process at one moment.</summary>
public sealed record ProcessStatus
{
    /// <summary>Its state.</summary>
    public ProcessState State { get; init; }

    /// <summary>The OS process it runs in, or ran in last.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How many attempts have begun.</summary>
    public int Attempts { get; init; }

    /// <summary>The newest attempts that have ended, oldest first.</summary>
    public IReadOnlyList<ProcessAttempt> History { get; init; } = [];

    /// <summary>When its first attempt began, in UTC.</summary>
    public DateTime? Started { get; init; }

    /// <summary>When it ended, in UTC.</summary>
    public DateTime? Ended { get; init; }

    /// <summary>When its next attempt begins, in UTC; null when none is due.</summary>
    public DateTime? NextAttempt { get; init; }

    /// <summary>Whether it has ended because its script did not stop: the script may still run.</summary>
    public bool WasAbandoned { get; init; }

    /// <summary>Its exit code once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Its last error, of an attempt or of the process.</summary>
    public string? Error { get; init; }

    /// <summary>The id of that error.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool HasEnded => State is not (ProcessState.NotStarted or ProcessState.Running);

    /// <summary>The status from now on of a process that has not ended and that no session controls any more.</summary>
    public ProcessStatus AsLost() => this with { State = ProcessState.Lost, Ended = DateTime.UtcNow, NextAttempt = null };

    /// <summary>The status with which the next server on the state goes on with the process: it has not ended.</summary>
    public ProcessStatus AsResumed() =>
        this with { State = Attempts == 0 ? ProcessState.NotStarted : ProcessState.Running, WasAbandoned = false, Ended = null, ExitCode = null };

    /// <summary>Whether the next server on the state can go on with it: it ran, or was stopped with the server, when that ended.</summary>
    public bool IsResumable => State is ProcessState.NotStarted or ProcessState.Running or ProcessState.Stopped;
}
