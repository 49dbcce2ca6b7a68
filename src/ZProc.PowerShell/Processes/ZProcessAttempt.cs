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

    /// <summary>Which one, from 1.</summary>
    public int Number { get; }

    /// <summary>The OS process it ran in; null when there was none.</summary>
    public int? ProcessId { get; }

    /// <summary>When it began.</summary>
    public DateTime StartTime { get; }

    /// <summary>When it ended.</summary>
    public DateTime EndTime { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration => EndTime - StartTime;

    /// <summary>Its exit code.</summary>
    public int ExitCode { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; }

    /// <summary>The id of that error.</summary>
    public string? ErrorId { get; }

    /// <inheritdoc/>
    public override string ToString() => Error is null ? $"{Number}: done" : $"{Number}: {Error}";
}
