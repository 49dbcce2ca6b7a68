using System.Management.Automation;
using ZProc.Core.Processes;

namespace ZProc.PowerShell;

/// <summary>Where a process stands at one moment.</summary>
internal sealed record ProcessStatus
{
    /// <summary>Before its first attempt.</summary>
    public static ProcessStatus Initial { get; } = new();

    /// <summary>Its state.</summary>
    public ProcessState State { get; init; }

    /// <summary>The OS process it runs in, or ran in last.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How often its script was run.</summary>
    public int Attempts { get; init; }

    /// <summary>The newest attempts that have ended, oldest first.</summary>
    public IReadOnlyList<ProcessAttempt> History { get; init; } = [];

    /// <summary>When its first attempt began, in UTC.</summary>
    public DateTime? Started { get; init; }

    /// <summary>When it ended, in UTC.</summary>
    public DateTime? Ended { get; init; }

    /// <summary>When its next attempt begins, in UTC; null when none is waited for.</summary>
    public DateTime? NextAttempt { get; init; }

    /// <summary>Its exit code once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Its last error, of an attempt or in the end.</summary>
    public ErrorRecord? Error { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => State is not (ProcessState.NotStarted or ProcessState.Running);
}
