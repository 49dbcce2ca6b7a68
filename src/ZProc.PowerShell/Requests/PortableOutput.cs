using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Values;
using ZProc.Errors;
using ZProc.Output;

namespace ZProc.Requests;

/// <summary>Output items in the form in which they go to another session.</summary>
internal static class PortableOutput
{
    // A packet that is not full has room for one more item of any size.
    private static readonly int LargestItem = ValueLimits.Default.MaxBytes - (2 * OutputSender.PacketSize);

    /// <summary>Encodes an item. An item that cannot be encoded becomes an error that says why.</summary>
    public static OutputItem Encode(OutputItem item)
    {
        try
        {
            var encoded = item.Encoded.IsEmpty ? OutputCodec.Encode(item.Kind, item.Value) : item.Encoded;
            return encoded.Length <= LargestItem ? new OutputItem(item.Kind, null, encoded) : ErrorInPlaceOf(item, new FaultException(
                Fault.ValueTooLarge,
                $"Something was written that has {encoded.Length:N0} bytes; to another session go no more than {LargestItem:N0} at once. Put it into a file and write its path."));
        }
#pragma warning disable CA1031 // reading an object runs its own code, which can throw any exception; the output after it must still arrive
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ErrorInPlaceOf(item, e);
        }
    }

    private static OutputItem ErrorInPlaceOf(OutputItem item, Exception reason)
    {
        var kind = item.Kind == OutputKind.Failure ? OutputKind.Failure : OutputKind.Error;
        var error = reason is FaultException fault ? ErrorRecords.From(fault) : new ErrorRecord(reason, ErrorRecords.IdOf(Fault.ValueNotSupported), ErrorCategory.InvalidArgument, null);
        return new OutputItem(kind, null, OutputCodec.Encode(kind, error));
    }
}
