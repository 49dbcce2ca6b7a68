using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Errors;
using ZProc.Output;

namespace ZProc.Parallel;

/// <summary>An item for another OS process. The command's thread encodes it, since script properties of the item run in the caller's session.</summary>
internal sealed class EncodedItem
{
    /// <summary>Encodes an item. An item that cannot be encoded fails when it begins.</summary>
    public EncodedItem(object? value)
    {
        Value = value;
        try
        {
            Bytes = OutputCodec.EncodeObject(value);
            Frame.Check(Bytes.Length + ItemFrames.RoomForOthers);
        }
#pragma warning disable CA1031 // properties of the item are read and may throw anything
        catch (Exception e)
#pragma warning restore CA1031
        {
            IsError = true;
            Bytes = ErrorCodec.Encode(e is FaultException fault ? ErrorRecords.From(fault) : new ErrorRecord(e, e.GetType().Name, ErrorCategory.InvalidData, null));
        }
    }

    /// <summary>The item itself.</summary>
    public object? Value { get; }

    /// <summary>Whether <see cref="Bytes"/> is an error: the reason why the item could not be encoded.</summary>
    public bool IsError { get; }

    /// <summary>The encoded item or error.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }
}
