using System.Buffers;
using MessagePack;

namespace ZProc.Core.Wire;

/// <summary>Builds and opens messages: a type byte, then a MessagePack body.</summary>
internal static class Message
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    public delegate void Body(ref MessagePackWriter writer);

    /// <summary>Builds a message.</summary>
    public static byte[] Build(MessageType type, Body? body = null)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(512);
        try
        {
            Build(buffer, type, body);
            return buffer.WrittenSpan.ToArray();
        }
        finally
        {
            if (buffer.Capacity > WireLimits.ChunkBytes)
            {
                _buffer = null; // do not hold on to what one large value needed
            }
            else
            {
                buffer.ResetWrittenCount();
            }
        }
    }

    /// <summary>Builds a message in a buffer of the caller's, behind what is in it.</summary>
    public static void Build(ArrayBufferWriter<byte> buffer, MessageType type, Body? body)
    {
        buffer.GetSpan(1)[0] = (byte)type;
        buffer.Advance(1);
        if (body is not null)
        {
            var writer = new MessagePackWriter(buffer);
            body(ref writer);
            writer.Flush();
        }
    }

    /// <summary>Opens a message: its type, and a reader on its body.</summary>
    public static MessageType Open(in ReadOnlySequence<byte> message, out MessagePackReader body)
    {
        if (message.IsEmpty)
        {
            throw WireFormat.Malformed("it is empty");
        }

        body = new MessagePackReader(message.Slice(1));
        return (MessageType)message.FirstSpan[0];
    }

    /// <summary>Whether an exception means that bytes were not what they should be.</summary>
    public static bool IsMalformed(Exception exception) =>
        exception is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentException
            or FaultException { Fault: Fault.MalformedMessage };
}
