using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell;

/// <summary>How a run of a process's script ended.</summary>
/// <param name="State">Completed, Failed or Stopped.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="ExitCode">What <c>exit</c> said, else 0, or 1 when it failed.</param>
internal sealed record ScriptEnd(JobState State, ErrorRecord? Error, int ExitCode)
{
    /// <summary>It came to its end.</summary>
    public static ScriptEnd Completed { get; } = new(JobState.Completed, null, 0);

    /// <summary>It was stopped.</summary>
    public static ScriptEnd Stopped { get; } = new(JobState.Stopped, null, 1);

    /// <summary>It failed.</summary>
    public static ScriptEnd Failed(ErrorRecord error, int exitCode = 1) => new(JobState.Failed, error, exitCode);

    /// <summary>It ended with an exception.</summary>
    public static ScriptEnd Failed(Exception exception) => Failed(exception switch
    {
        FaultException fault => ErrorRecords.From(fault),
        IContainsErrorRecord { ErrorRecord: { Exception: ParentContainsErrorRecordException } known } => new ErrorRecord(known, exception),
        IContainsErrorRecord known => known.ErrorRecord,
        _ => new ErrorRecord(exception, exception.GetType().Name, ErrorCategory.NotSpecified, null),
    });

    /// <summary>It called <c>exit</c> with a code other than 0.</summary>
    public static ScriptEnd Exited(string name, int code) => Failed(ProcessErrors.Exited(name, code), code);
}
