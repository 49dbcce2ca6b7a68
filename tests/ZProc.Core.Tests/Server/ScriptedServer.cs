using System.Buffers;
using System.Net;
using System.Net.Sockets;
using MessagePack;
using ZProc.Core.Server;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Server;

/// <summary>A server that knows the secret and greets each connection as a test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Guid _incarnation = Guid.NewGuid();
    private readonly List<IDisposable> _open = [];

    public ScriptedServer()
    {
        _listener.Start();
        Address = ConnectionString.Create(new TcpAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port));
    }

    public ConnectionString Address { get; }

    /// <summary>Lets the next connection prove the secret and sends it a welcome.</summary>
    /// <param name="limits">The limits in the welcome.</param>
    /// <param name="next">A message in the same frame; null for none.</param>
    public void Welcome(Message.Body limits, byte[]? next = null)
    {
        var socket = _listener.AcceptSocket();
        var handshake = new Handshake(Address, Address.ReadOnly);
        while (handshake.Step != HandshakeStep.Proven)
        {
            var received = socket.Receive(handshake.Room);
            Assert.True(received > 0);
            socket.Send(handshake.Take(received));
        }

        var stream = new FrameSocket(socket, new FrameSeal(handshake.Keys!.Server), new FrameSeal(handshake.Keys.Client));
        _open.Add(stream);
        stream.Add(Message.Build(MessageType.Welcome, (ref MessagePackWriter writer) =>
        {
            writer.Write(7L);
            WireFormat.Write(ref writer, _incarnation);
            writer.Write(1);
            writer.Write(false);
            writer.Write(false);
            limits(ref writer);
        }));
        if (next is not null)
        {
            stream.Add(next);
        }

        stream.CloseFrame();
        Assert.True(stream.TrySend());
    }

    /// <summary>Cuts every connection.</summary>
    public void Cut()
    {
        _open.ForEach(stream => stream.Dispose());
        _open.Clear();
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }
}
