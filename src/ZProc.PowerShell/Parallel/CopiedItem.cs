using System.Management.Automation;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Values;

namespace ZProc.Parallel;

/// <summary>An item that another runspace gets as a copy. Errors name the item itself.</summary>
internal sealed class CopiedItem
{
    private CopiedItem(object? value, object? copy, ErrorRecord? error)
    {
        Value = value;
        Copy = copy;
        Error = error;
    }

    /// <summary>The item itself.</summary>
    public object? Value { get; }

    /// <summary>The copy.</summary>
    public object? Copy { get; }

    /// <summary>Why there is no copy: the item fails with this error when it begins. Null where there is a copy.</summary>
    public ErrorRecord? Error { get; }

    /// <summary>An item for a runspace: the object itself, or a <see cref="CopiedItem"/>. For the command's thread.</summary>
    public static object? Of(object? item)
    {
        try
        {
            var copy = RunspaceCopy.Of(item, "The item");
            return ReferenceEquals(copy, item) ? item : new CopiedItem(item, copy, null);
        }
#pragma warning disable CA1031 // a copy reads properties of the item, which may throw anything
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new CopiedItem(item, null, e is FaultException fault ? ErrorRecords.From(fault) : new ErrorRecord(e, e.GetType().Name, ErrorCategory.InvalidData, null));
        }
    }

    /// <summary>The item itself, for an item as a batch has it.</summary>
    public static object? OriginalOf(object? item) => item switch
    {
        EncodedItem encoded => encoded.Value,
        CopiedItem copied => copied.Value,
        _ => item,
    };
}
