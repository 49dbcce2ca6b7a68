using System.Management.Automation;
using ZProc.Core.Processes.Supervision;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>How an attempt ended, with the error as PowerShell knows it.</summary>
internal sealed record ScriptAttemptEnd : AttemptEnd
{
    /// <summary>The error; null when the attempt did not fail.</summary>
    public ErrorRecord? ErrorRecord { get; private init; }

    /// <summary>Describes the end of a script for the supervision.</summary>
    public static ScriptAttemptEnd Of(ScriptEnd end) => new()
    {
        State = end.State,
        ExitCode = end.ExitCode,
        Error = end.Error?.Exception.Message,
        ErrorId = end.Error?.FullyQualifiedErrorId,
        FailureNames = end.Names,
        ErrorRecord = end.Error,
        IsAbandoned = end.IsAbandoned,
    };
}
