using System.Management.Automation;
using ZProc.Core.Processes;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;

namespace ZProc.Parallel;

/// <summary>An item for another OS process. It is encoded on the command's thread, as it may take the caller's session to do so.</summary>
internal sealed class EncodedItem
{
    /// <summary>Encodes an item. One that cannot be encoded fails when its turn comes.</summary>
    public EncodedItem(object? value)
    {
        Value = value;
        try
        {
            Bytes = OutputCodec.EncodeObject(value);
            Frame.Check(Bytes.Length + ItemFrames.RoomForOthers);
        }
#pragma warning disable CA1031 // properties of the item are read, and may throw anything
        catch (Exception e)
#pragma warning restore CA1031
        {
            IsError = true;
            Bytes = ErrorCodec.Encode(e is FaultException fault ? ErrorRecords.From(fault) : new ErrorRecord(e, e.GetType().Name, ErrorCategory.InvalidData, null));
        }
    }

    /// <summary>The item itself.</summary>
    public object? Value { get; }

    /// <summary>Whether <see cref="Bytes"/> is why it could not be encoded.</summary>
    public bool IsError { get; }

    /// <summary>The encoding of the item, or of an error.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }
}
