using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Errors;
using ZProc.Values;

namespace ZProc.Parallel;

/// <summary>The errors of items.</summary>
internal static class ItemErrors
{
    /// <summary>A copy of an item's error that names the item and has it as its target. Type, id, place and causes are the error's own.</summary>
    public static ErrorRecord Name(ErrorRecord record, long index, object? item)
    {
        var text = record.ErrorDetails?.Message ?? record.Exception.Message;
        return ErrorCodec.Copy(record, item, $"Item {index} ({ValueText.Of(item)}): {text}");
    }

    /// <summary>The item took longer than <c>-ItemTimeoutSec</c>.</summary>
    public static ErrorRecord TookTooLong(TimeSpan limit) => ErrorRecords.From(new FaultException(
        Fault.Timeout, $"The item took longer than the {limit.TotalSeconds:0.###} seconds of -ItemTimeoutSec and was stopped."));

    /// <summary>The OS process that ran the item ended.</summary>
    public static ErrorRecord Died(ChildExit exit) => ErrorRecords.From(new FaultException(
        Fault.ProcessFailed,
        $"The OS process that ran the item {ProcessErrors.Ending(exit)}. The item is not tried again.{ProcessErrors.LastText(exit)}",
        inner: exit.Reason));
}
