using System.Buffers;
using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Client;

/// <summary>A request as the server would read it.</summary>
internal sealed class SentRequest
{
    private readonly ReadOnlySequence<byte> _body;

    public SentRequest(byte[] message)
    {
        Assert.Equal(MessageType.Request, Message.Open(new ReadOnlySequence<byte>(message), out var reader));
        Number = reader.ReadInt64();
        reader.Skip(); // the lowest number without an answer
        Operation = (Operation)reader.ReadByte();
        _body = reader.Sequence.Slice(reader.Position);
    }

    public long Number { get; }

    public Operation Operation { get; }

    /// <summary>The revision after a namespace, of requests that have one.</summary>
    public long? Since
    {
        get
        {
            var body = new MessagePackReader(_body);
            body.Skip();
            return WireFormat.ReadOptional(ref body);
        }
    }
}
