using System.Buffers;
using System.Net.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Opens the streams of a connection: the handshake, then the server's first message.</summary>
internal static class StreamOpening
{
    /// <summary>Opens a stream.</summary>
    /// <param name="address">The server's address and secret.</param>
    /// <param name="client">The client's id.</param>
    /// <param name="wake">Wakes the thread that waits.</param>
    /// <param name="incarnation">The start of the server that this client belongs to; empty for the first stream.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">Nothing listens there; the server closed the connection, or is too slow.</exception>
    /// <exception cref="FaultException">CannotConnect: one side does not know the secret. ConnectionLost: the server was restarted.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static (ClientStream Stream, Welcome Welcome) Open(
        ConnectionString address, Guid client, WakeSocket wake, Guid incarnation, CancellationToken cancellation)
    {
        var stream = ClientStream.Open(address, client, wake, cancellation);
        try
        {
            var welcome = ReceiveWelcome(stream, wake, cancellation);
            return incarnation == Guid.Empty || incarnation == welcome.Incarnation ? (stream, welcome) : throw ConnectionFaults.Restarted(address.Endpoint);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static Welcome ReceiveWelcome(ClientStream stream, WakeSocket wake, CancellationToken cancellation)
    {
        var until = Deadline.After(WireLimits.HandshakeTimeout);
        using var registration = cancellation.Register(stream.Close);
        while (true)
        {
            stream.Wait(until.Remaining);
            wake.Take();
            if (!TryReceiveWelcome(stream, out var welcome) || (welcome is null && until.Passed))
            {
                cancellation.ThrowIfCancellationRequested();
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            if (welcome is not null)
            {
                return welcome;
            }
        }
    }

    /// <returns>False when the stream has ended, or begins with something else.</returns>
    private static bool TryReceiveWelcome(ClientStream stream, out Welcome? welcome)
    {
        Welcome? received = null;
        try
        {
            return stream.Receive((in ReadOnlySequence<byte> message) =>
            {
                received = Message.Open(message, out var body) == MessageType.Welcome
                    ? WelcomeFormat.ReadWelcome(ref body)
                    : throw Message.Malformed("the first message is no WELCOME");
                return false;
            }) != ReceiveStatus.Closed;
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            // Expected: a server that breaks the protocol. The next attempt may meet another one.
            ZProcEventSource.Log.FaultCaught(nameof(StreamOpening), exception);
            return false;
        }
        finally
        {
            welcome = received;
        }
    }
}
