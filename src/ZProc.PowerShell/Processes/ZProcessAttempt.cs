using ZProc.Core.Processes;

namespace ZProc.Processes;

/// <summary>One run of a process's script that has ended.</summary>
public sealed class ZProcessAttempt
{
    internal ZProcessAttempt(ProcessAttempt attempt)
    {
        Number = attempt.Number;
        ProcessId = attempt.ProcessId;
        StartTime = attempt.Started.ToLocalTime();
        EndTime = attempt.Ended.ToLocalTime();
        ExitCode = attempt.ExitCode;
        Error = attempt.Error;
        ErrorId = attempt.ErrorId;
    }

    /// <summary>The number of the attempt, from 1.</summary>
    public int Number { get; }

    /// <summary>The id of the OS process; null when none could be started.</summary>
    public int? ProcessId { get; }

    /// <summary>When the attempt began.</summary>
    public DateTime StartTime { get; }

    /// <summary>When the attempt ended.</summary>
    public DateTime EndTime { get; }

    /// <summary>The time that the attempt took.</summary>
    public TimeSpan Duration => EndTime - StartTime;

    /// <summary>The exit code.</summary>
    public int ExitCode { get; }

    /// <summary>The message of the error; null when the attempt did not fail.</summary>
    public string? Error { get; }

    /// <summary>The id of the error.</summary>
    public string? ErrorId { get; }

    /// <inheritdoc/>
    public override string ToString() => Error is null ? $"{Number}: done" : $"{Number}: {Error}";
}
