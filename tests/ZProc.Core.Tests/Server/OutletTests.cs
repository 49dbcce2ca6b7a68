using System.Net;
using System.Net.Sockets;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Server;

/// <summary>What goes out to one client.</summary>
public sealed class OutletTests
{
    private const int MostMessages = 1024; // of a MB: more than the system holds for a client that takes nothing

    [Fact]
    public void A_client_for_which_there_is_no_thread_loses_its_connection_and_nobody_else_anything()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var socket = new FrameSocket(listener.AcceptSocket(), outgoing: null, incoming: null);
        var store = new Store();
        var peer = new Peer(Guid.NewGuid(), AccessLevel.Full, new WaitingTickets());
        var outlet = new Outlet(
            store, socket, peer, new PushCache(), static () => { }, static _ => throw new InsufficientMemoryException("No more threads."));
        for (var i = 0; i < MostMessages && !socket.IsClosed; i++)
        {
            lock (store.Gate)
            {
                outlet.Waiting.Add(new Outgoing(0, 0, new byte[1024 * 1024]));
            }

            outlet.Send();
        }

        Assert.True(socket.IsClosed);
        outlet.Send(); // has nobody to send to
    }
}
