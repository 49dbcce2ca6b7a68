using MessagePack;
using NetMQ;
using NetMQ.Sockets;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>A server that knows the secret and greets each connection as a test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly RouterSocket _socket = new();
    private readonly Guid _incarnation = Guid.NewGuid();

    public ScriptedServer()
    {
        var address = ConnectionString.Create("127.0.0.1", 0);
        Address = address.WithPort(_socket.BindRandomPort("tcp://127.0.0.1"));
    }

    public ConnectionString Address { get; }

    /// <summary>Lets the next connection prove the secret and sends it a welcome.</summary>
    /// <param name="limits">The limits in the welcome.</param>
    public void Welcome(Message.Body limits)
    {
        var id = Next(MessageType.Hello, out var hello);
        hello.Skip(); // the version
        var (clientNonce, serverNonce) = (Bytes(ref hello), Proofs.Nonce());
        Send(id, Message.Build(MessageType.Challenge, (ref MessagePackWriter writer) =>
        {
            writer.Write(serverNonce);
            writer.Write(Proofs.Server(Address.Secret, clientNonce, serverNonce));
        }));
        Next(MessageType.Proof, out _);
        var welcome = Message.Build(MessageType.Welcome, (ref MessagePackWriter writer) =>
        {
            writer.Write(7L);
            WireFormat.Write(ref writer, _incarnation);
            writer.Write(1);
            writer.Write(false);
            limits(ref writer);
        });
        var writer = new FrameWriter([]);
        writer.Add(welcome);
        writer.Close();
        Assert.True(writer.TryTake(out var frame));
        Send(id, frame);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _library.Dispose();
    }

    private static byte[] Bytes(ref MessagePackReader reader) => System.Buffers.BuffersExtensions.ToArray(reader.ReadBytes()!.Value);

    /// <summary>The next message of a type; messages of other types are skipped.</summary>
    private byte[] Next(MessageType type, out MessagePackReader body)
    {
        while (true)
        {
            var message = new NetMQMessage();
            Assert.True(_socket.TryReceiveMultipartMessage(Soon, ref message));
            var bytes = message.Last.ToByteArray();
            if (bytes.Length > 0 && bytes[0] == (byte)type)
            {
                body = new MessagePackReader(bytes.AsMemory(1));
                return message.First.ToByteArray();
            }
        }
    }

    private void Send(byte[] id, byte[] frame) => _socket.SendMoreFrame(id).SendFrame(frame);
}
