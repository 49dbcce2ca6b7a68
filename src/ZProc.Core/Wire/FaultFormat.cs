using MessagePack;

namespace ZProc.Core.Wire;

/// <summary>The encoding of a request's failure: its fault, its message, and its target where that is a number or a text.</summary>
internal static class FaultFormat
{
    public static void Write(ref MessagePackWriter writer, FaultException fault)
    {
        writer.Write((int)fault.Fault);
        writer.Write(fault.Message);
        switch (fault.Target)
        {
            case long number:
                writer.Write(number);
                break;
            case string text:
                writer.Write(text);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    public static FaultException ReadFault(ref MessagePackReader reader)
    {
        var fault = (Fault)reader.ReadInt32();
        var message = WireFormat.ReadText(ref reader);
        object? target = reader.NextMessagePackType switch
        {
            MessagePackType.Integer => reader.ReadInt64(),
            MessagePackType.String => WireFormat.ReadText(ref reader),
            _ => null,
        };
        return new FaultException(Enum.IsDefined(fault) ? fault : Fault.MalformedMessage, message, target);
    }
}
