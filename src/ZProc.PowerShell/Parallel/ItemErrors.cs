using System.Management.Automation;
using ZProc.Core.Processes;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Values;

namespace ZProc.Parallel;

/// <summary>The errors of items.</summary>
internal static class ItemErrors
{
    private const string NativeError = "NativeCommandError";

    /// <summary>Whether a record is but a line that a native command wrote to its standard error.</summary>
    public static bool IsNativeLine(ErrorRecord record) => record.FullyQualifiedErrorId.StartsWith(NativeError, StringComparison.Ordinal);

    /// <summary>A copy of an item's error that names the item, which is its target; type, id, place and causes stay.</summary>
    public static ErrorRecord Name(ErrorRecord record, long index, object? item)
    {
        var text = record.ErrorDetails?.Message ?? record.Exception.Message;
        return ErrorCodec.Copy(record, item, $"Item {index} ({ValueText.Of(item)}): {text}");
    }

    /// <summary>It took longer than it may.</summary>
    public static ErrorRecord TookTooLong(TimeSpan limit) => ErrorRecords.From(new FaultException(
        Fault.Timeout, $"It took longer than the {limit.TotalSeconds:0.###} seconds of -ItemTimeoutSec, and was stopped."));

    /// <summary>The OS process that had it in hand ended.</summary>
    public static ErrorRecord Died(ChildExit exit)
    {
        var how = exit.Signal is { } signal ? $"was killed by {signal}" : $"ended with exit code {exit.Code}";
        var last = exit.LastText.Length > 0 ? $" The last it wrote to standard error:{Environment.NewLine}{exit.LastText}" : string.Empty;
        return ErrorRecords.From(new FaultException(
            Fault.ProcessFailed, $"The OS process that had it in hand {how}. It is not tried again.{last}", inner: exit.Reason));
    }
}
