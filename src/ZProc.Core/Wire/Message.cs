using System.Buffers;
using MessagePack;

namespace ZProc.Core.Wire;

/// <summary>Builds and opens messages. A message is a type byte and a MessagePack body.</summary>
internal static class Message
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Writes the body of a message.</summary>
    public delegate void Body(ref MessagePackWriter writer);

    /// <summary>Writes the body of a message from its content.</summary>
    public delegate void Body<T>(ref MessagePackWriter writer, T content);

    /// <summary>Builds a message.</summary>
    public static byte[] Build(MessageType type, Body? body = null) =>
        Build(type, body, static (ref MessagePackWriter writer, Body? body) => body?.Invoke(ref writer));

    /// <summary>Builds a message from its content, so that a static delegate can serve for many messages.</summary>
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
                _buffer = null; // one large value must not keep its memory for ever
            }
            else
            {
                buffer.ResetWrittenCount();
            }
        }
    }

    /// <summary>Appends a message to the caller's buffer.</summary>
    public static void Build<T>(ArrayBufferWriter<byte> buffer, MessageType type, T content, Body<T> body)
    {
        buffer.GetSpan(1)[0] = (byte)type;
        buffer.Advance(1);
        var writer = new MessagePackWriter(buffer);
        body(ref writer, content);
        writer.Flush();
    }

    /// <summary>Opens a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="body">A reader at the beginning of its body.</param>
    /// <returns>Its type.</returns>
    /// <exception cref="FaultException">MalformedMessage: the message is empty.</exception>
    public static MessageType Open(in ReadOnlySequence<byte> message, out MessagePackReader body)
    {
        if (message.IsEmpty)
        {
            throw Malformed("it is empty");
        }

        body = new MessagePackReader(message.Slice(1));
        return (MessageType)message.FirstSpan[0];
    }

    /// <summary>The error for a message that breaks the protocol.</summary>
    /// <param name="reason">What is wrong with it, as the end of a sentence.</param>
    public static FaultException Malformed(string reason) => new(Fault.MalformedMessage, $"A message is malformed: {reason}.");

    /// <summary>Whether an exception means that a message was malformed.</summary>
    public static bool IsMalformed(Exception exception) =>
        exception is MessagePackSerializationException or EndOfStreamException or OverflowException
            or FaultException { Fault: Fault.MalformedMessage };
}
