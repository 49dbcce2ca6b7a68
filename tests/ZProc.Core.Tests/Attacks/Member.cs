using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>
/// A hostile member: it knows the secret, completes the handshake, and then sends what a test says. It shows no sign of life by itself.
/// </summary>
internal sealed class Member : IDisposable
{
    private readonly Socket _socket;
    private readonly FrameSeal? _seal;
    private readonly FrameSocket _incoming;
    private readonly FrameReader _reader = new(long.MaxValue);
    private long _number;

    public Member(ConnectionString server, Guid? id = null)
    {
        Id = id ?? Guid.NewGuid();
        _socket = server.Address.Connect(CancellationToken.None);
        var keys = ClientHandshake.Run(_socket, server, Id);
        _seal = server.Address.IsSealed ? new FrameSeal(keys.Client) : null;
        _incoming = new FrameSocket(_socket, null, server.Address.IsSealed ? new FrameSeal(keys.Server) : null);
        Assert.Equal(MessageType.Welcome, Type(Read()!));
    }

    public Guid Id { get; }

    /// <summary>The bytes that the system holds back because the server reads no more make a send stop; then it returns false.</summary>
    public bool TrySendFrame(ReadOnlySpan<byte> frame, TimeSpan bound)
    {
        var tag = _seal is null ? 0 : FrameSeal.TagBytes;
        var bytes = new byte[FrameWriter.LengthBytes + frame.Length + tag];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, frame.Length + tag);
        frame.CopyTo(bytes.AsSpan(FrameWriter.LengthBytes));
        _seal?.Seal(bytes.AsSpan(FrameWriter.LengthBytes, frame.Length), bytes.AsSpan(0, FrameWriter.LengthBytes), bytes.AsSpan(FrameWriter.LengthBytes + frame.Length));
        return TrySendBytes(bytes, bound);
    }

    public bool TrySendBytes(ReadOnlySpan<byte> bytes, TimeSpan bound)
    {
        while (bytes.Length > 0)
        {
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
            {
                if (!_socket.Poll(bound, SelectMode.SelectWrite))
                {
                    return false;
                }
            }
            else if (error != SocketError.Success)
            {
                return false;
            }
            else
            {
                bytes = bytes[sent..];
            }
        }

        return true;
    }

    public void SendFrame(FrameKind kind, params ReadOnlySpan<byte> content) => TrySendFrame([(byte)kind, .. content], Soon);

    public void Send(byte[] message) => SendFrame(FrameKind.Last, message);

    /// <summary>Sends a request.</summary>
    /// <returns>Its number.</returns>
    public long Request(Operation operation, Message.Body? body = null, long unresolved = 1)
    {
        Send(RequestMessage(operation, body, unresolved));
        return _number;
    }

    public byte[] RequestMessage(Operation operation, Message.Body? body = null, long unresolved = 1)
    {
        var request = new Request<object?>(operation, body, RequestTable.ReadEmpty) { Number = ++_number };
        request.Build(unresolved);
        return request.TakeMessage()!;
    }

    public static byte[] First(long total, int bytes = WireLimits.ChunkBytes)
    {
        var content = new byte[FrameWriter.TotalBytes + bytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, total);
        return content;
    }

    /// <summary>The next message; null when the server has ended the connection.</summary>
    public byte[]? Read(TimeSpan? bound = null)
    {
        while (true)
        {
            if (_reader.TryNext(out var message))
            {
                return message.ToArray();
            }

            if (_incoming.TryTakeFrame(out var frame))
            {
                _reader.Take(frame);
                continue;
            }

            Assert.True(_socket.Poll(bound ?? Soon, SelectMode.SelectRead), "the server says nothing");
            if (_incoming.Receive() == ReceiveStatus.Closed)
            {
                return null;
            }
        }
    }

    /// <summary>The fault of the reply to a request; null when it succeeded. Other messages before it are dropped.</summary>
    public Fault? ReadReply(long number)
    {
        while (Read() is { } message)
        {
            if (Message.Open(new ReadOnlySequence<byte>(message), out var body) == MessageType.Reply)
            {
                body.ReadInt64();
                if (body.ReadInt64() == number)
                {
                    return body.ReadBoolean() ? null : FaultFormat.ReadFault(ref body).Fault;
                }
            }
        }

        throw new EndOfStreamException("the server has ended the connection");
    }

    /// <summary>Waits until the server has ended the connection. Messages before the end are dropped.</summary>
    public void ReadToEnd()
    {
        for (var until = InTime; Read() is not null;)
        {
            Assert.False(until.Passed, "the server goes on");
        }
    }

    public static Message.Body Commit(string key, byte[] value, string ns = Ns) => (ref MessagePackWriter writer) =>
        CommitFormat.Write(ref writer, new CommitRequest(ns, Tester, [new Change(ChangeKind.Set, key, V(value))]));

    public static Message.Body Text(params string[] texts) => (ref MessagePackWriter writer) =>
    {
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    };

    public void Dispose()
    {
        _incoming.Dispose();
        _seal?.Dispose();
        _reader.Dispose();
    }

    private static MessageType Type(byte[] message) => (MessageType)message[0];
}
