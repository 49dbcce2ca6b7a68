using System.Management.Automation;
using ZProc.Core.Processes;
using ZProc.Core;
using ZProc.Errors;

namespace ZProc.Workers;

/// <summary>How a run of a process's script ended.</summary>
/// <param name="State">Completed, Failed or Stopped.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="ExitCode">What <c>exit</c> said, else 0, or 1 when it failed.</param>
internal sealed record ScriptEnd(ProcessState State, ErrorRecord? Error, int ExitCode)
{
    /// <summary>It came to its end.</summary>
    public static ScriptEnd Completed { get; } = new(ProcessState.Completed, null, 0);

    /// <summary>It was stopped.</summary>
    public static ScriptEnd Stopped { get; } = new(ProcessState.Stopped, null, 1);

    /// <summary>Whether it failed by its exit code or its death, and not by an error of the script.</summary>
    public bool IsExit { get; init; }

    /// <summary>The signal that ended its OS process, if one did.</summary>
    public string? Signal { get; init; }

    /// <summary>What the failure is called in <see cref="RetryPolicy.For"/>.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            if (IsExit)
            {
                yield return RetryPolicy.Exit;
            }

            if (Signal is not null)
            {
                yield return Signal;
            }

            foreach (var name in Error is null ? [] : NamesOf(Error.Exception))
            {
                yield return name;
            }
        }
    }

    /// <summary>It failed.</summary>
    public static ScriptEnd Failed(ErrorRecord error, int exitCode = 1) => new(ProcessState.Failed, error, exitCode);

    /// <summary>It ended with an exception.</summary>
    public static ScriptEnd Failed(Exception exception) => Failed(exception switch
    {
        FaultException fault => ErrorRecords.From(fault),
        IContainsErrorRecord { ErrorRecord: { Exception: ParentContainsErrorRecordException } known } => new ErrorRecord(known, exception),
        IContainsErrorRecord known => known.ErrorRecord,
        _ => new ErrorRecord(exception, exception.GetType().Name, ErrorCategory.NotSpecified, null),
    });

    /// <summary>It called <c>exit</c> with a code other than 0.</summary>
    public static ScriptEnd Exited(string name, int code) => Failed(ProcessErrors.Exited(name, code), code) with { IsExit = true };

    /// <summary>Its OS process ended without saying how its script went.</summary>
    public static ScriptEnd Died(string name, ChildExit exit) =>
        Failed(ProcessErrors.Died(name, exit), exit.Code) with { IsExit = true, Signal = exit.Signal };

    private static IEnumerable<string> NamesOf(Exception exception) =>
        ExceptionCodec.TypeNamesOf(exception).Concat(ExceptionCodec.CausesOf(exception).SelectMany(NamesOf));
}
