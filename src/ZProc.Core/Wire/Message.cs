using System.Buffers;
using MessagePack;

namespace ZProc.Core.Wire;

/// <summary>Builds and opens messages: a type byte, then a MessagePack body.</summary>
internal static class Message
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    public delegate void Body(ref MessagePackWriter writer);

    public delegate void Body<T>(ref MessagePackWriter writer, T content);

    /// <summary>Builds a message.</summary>
    public static byte[] Build(MessageType type, Body? body = null) =>
        Build(type, body, static (ref MessagePackWriter writer, Body? body) => body?.Invoke(ref writer));

    /// <summary>Builds a message of some content. Where messages are many, the content needs no delegate of its own.</summary>
    public static byte[] Build<T>(MessageType type, T content, Body<T> body)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(512);
        try
        {
            Build(buffer, type, content, body);
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
    public static void Build<T>(ArrayBufferWriter<byte> buffer, MessageType type, T content, Body<T> body)
    {
        buffer.GetSpan(1)[0] = (byte)type;
        buffer.Advance(1);
        var writer = new MessagePackWriter(buffer);
        body(ref writer, content);
        writer.Flush();
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
