using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Errors;

namespace ZProc.Workers;

/// <summary>How one run of a process's script ended.</summary>
/// <param name="State">Completed, Failed or Stopped.</param>
/// <param name="Error">Why the script failed; null when it did not.</param>
/// <param name="ExitCode">The code that the script gave to <c>exit</c>; else 1 when it failed or was stopped, and 0 when it did not.</param>
internal sealed record ScriptEnd(ProcessState State, ErrorRecord? Error, int ExitCode)
{
    /// <summary>The script came to its end.</summary>
    public static ScriptEnd Completed { get; } = new(ProcessState.Completed, null, 0);

    /// <summary>The script was stopped.</summary>
    public static ScriptEnd Stopped { get; } = new(ProcessState.Stopped, null, 1);

    /// <summary>Whether an exit code or the end of the OS process is the failure, and not an error of the script.</summary>
    public bool IsExit { get; init; }

    /// <summary>Whether the script did not stop, and may still run.</summary>
    public bool IsAbandoned { get; init; }

    /// <summary>The signal that ended the OS process; null when none did.</summary>
    public string? Signal { get; init; }

    /// <summary>The names of the failure that <see cref="RetryPolicy.For"/> may list.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            if (IsExit)
            {
                yield return RetryPolicy.Exit;
            }

            if (State == ProcessState.Lost)
            {
                yield return RetryPolicy.Lost;
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

    /// <summary>The script failed with an error.</summary>
    public static ScriptEnd Failed(ErrorRecord error, int exitCode = 1) => new(ProcessState.Failed, error, exitCode);

    /// <summary>The script, or the worker that ran it, failed with an exception.</summary>
    public static ScriptEnd Failed(Exception exception) => Failed(exception switch
    {
        FaultException fault => ErrorRecords.From(fault),
        IContainsErrorRecord { ErrorRecord: { Exception: ParentContainsErrorRecordException } known } => new ErrorRecord(known, exception),
        IContainsErrorRecord known => known.ErrorRecord,
        _ => new ErrorRecord(exception, exception.GetType().Name, ErrorCategory.NotSpecified, null),
    });

    /// <summary>The script called <c>exit</c> with a code other than 0.</summary>
    public static ScriptEnd Exited(string name, int code) => Failed(ProcessErrors.Exited(name, code), code) with { IsExit = true };

    /// <summary>The OS process ended without reporting how its script went.</summary>
    public static ScriptEnd Died(string name, ChildExit exit) =>
        Failed(ProcessErrors.Died(name, exit), exit.Code) with { IsExit = true, Signal = exit.Signal };

    /// <summary>The server that ran the script ended without a word.</summary>
    public static ScriptEnd Lost(string name) => new(ProcessState.Lost, ProcessErrors.LostWithServer(name), 1) { IsExit = true };

    private static IEnumerable<string> NamesOf(Exception exception) =>
        ExceptionCodec.TypeNamesOf(exception).Concat(ExceptionCodec.CausesOf(exception).SelectMany(NamesOf));
}
