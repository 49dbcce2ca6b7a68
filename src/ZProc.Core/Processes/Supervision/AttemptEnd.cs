namespace ZProc.Core.Processes.Supervision;

/// <summary>How an attempt ended. A layer that has the error itself derives from this record; copies keep what it adds.</summary>
public record AttemptEnd
{
    /// <summary>The end of a process that was stopped while no attempt ran.</summary>
    public static AttemptEnd Stopped { get; } = new() { State = ProcessState.Stopped, ExitCode = 1 };

    /// <summary>Completed, Failed, Stopped or Lost.</summary>
    public required ProcessState State { get; init; }

    /// <summary>The exit code of the script.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The message of the error; null when there is no error.</summary>
    public string? Error { get; init; }

    /// <summary>The id of the error.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Whether the script did not stop, and may still run.</summary>
    public bool IsAbandoned { get; init; }

    /// <summary>The names of the failure for <see cref="RetryPolicy.For"/>.</summary>
    public IEnumerable<string> FailureNames { get; init; } = [];
}
