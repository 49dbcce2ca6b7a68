using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Wire;

namespace ZProc.Errors;

/// <summary>Makes PowerShell's error records of Core's faults: with a stable id, a category, and a typed exception.</summary>
internal static class ErrorRecords
{
    // The engine's ids for the first line that a native command wrote to its standard error, and for every other line.
    private const string NativeCommandError = "NativeCommandError";
    private const string NativeCommandErrorMessage = "NativeCommandErrorMessage";

    /// <summary>The record of a fault.</summary>
    public static ErrorRecord From(FaultException fault, object? target = null) =>
        new(ExceptionOf(fault), IdOf(fault.Fault), CategoryOf(fault), Redacted(target ?? fault.Target));

    /// <summary>The error id of a fault.</summary>
    public static string IdOf(Fault fault) => $"ZProc.{fault}";

    /// <summary>The exception that users can catch: <see cref="TimeoutException"/> for a deadline, else <see cref="ZProcException"/>.</summary>
    public static Exception ExceptionOf(FaultException fault)
    {
        // An address that a user gave in the wrong place must not be shown or logged.
        var message = ContextAddress.Redact(fault.Message);
        var inner = message == fault.Message ? fault : null;
        return fault.Fault == Fault.Timeout
            ? new TimeoutException(message, inner)
            : new ZProcException(IdOf(fault.Fault), message, CategoryOf(fault), Redacted(fault.Target), inner);
    }

    /// <summary>
    /// The exception of a message that a preference turned into an error, such as a warning with <c>$WarningPreference = 'Stop'</c>, for
    /// code that a script calls as a member. The engine takes any other exception of a member for <c>$null</c>, and the script would go
    /// on with that.
    /// </summary>
    /// <param name="stop">The exception of the engine.</param>
    public static ZProcException StopOf(RuntimeException stop)
    {
        var record = stop.ErrorRecord;
        return new ZProcException(record.FullyQualifiedErrorId, stop.Message, record.CategoryInfo.Category, record.TargetObject, stop)
        {
            WasThrownFromThrowStatement = true, // ends the script, as the engine's own does
        };
    }

    /// <summary>Whether a record is a line that a native command wrote to its standard error, which is text and not a failure.</summary>
    public static bool IsNativeLine(ErrorRecord record)
    {
        var id = record.FullyQualifiedErrorId;
        var end = id.IndexOf(',', StringComparison.Ordinal); // a command that passed the line on adds its name
        return (end < 0 ? id : id[..end]) is NativeCommandError or NativeCommandErrorMessage;
    }

    private static object? Redacted(object? target) => target is string text ? ContextAddress.Redact(text) : target;

    private static ErrorCategory CategoryOf(FaultException fault) => fault.Fault switch
    {
        _ when fault.IsNotFound => ErrorCategory.ObjectNotFound,
        Fault.NoContext or Fault.KeyNotFound or Fault.Compacted => ErrorCategory.ObjectNotFound,
        Fault.ContextStopped => ErrorCategory.ResourceUnavailable,
        Fault.CannotConnect or Fault.ConnectionLost => ErrorCategory.ConnectionError,
        Fault.InvalidKey or Fault.ValueNotSupported or Fault.InvalidArgument => ErrorCategory.InvalidArgument,
        Fault.ValueTooLarge or Fault.LimitReached => ErrorCategory.LimitsExceeded,
        Fault.NotPermitted => ErrorCategory.PermissionDenied,
        Fault.Conflict => ErrorCategory.ResourceExists,
        Fault.TurnLost => ErrorCategory.ResourceUnavailable,
        Fault.NestedUpdate => ErrorCategory.InvalidOperation,
        Fault.Timeout => ErrorCategory.OperationTimeout,
        Fault.ProcessFailed => ErrorCategory.OperationStopped,
        Fault.MalformedMessage => ErrorCategory.ProtocolError,
        Fault.DiskFailed => ErrorCategory.WriteError,
        Fault.DirectoryInUse => ErrorCategory.ResourceBusy,
        Fault.DirectoryDamaged => ErrorCategory.InvalidData,
        Fault.Diverged => ErrorCategory.InvalidData,
        Fault.NoTerminal => ErrorCategory.ResourceUnavailable,
        _ => ErrorCategory.NotSpecified,
    };
}
