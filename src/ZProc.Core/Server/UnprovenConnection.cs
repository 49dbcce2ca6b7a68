using System.Diagnostics;
using System.Net.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>A connection that has not proved the secret: a socket and a handshake, which hold a fixed number of bytes.</summary>
internal sealed class UnprovenConnection
{
    private readonly long _opened = Stopwatch.GetTimestamp();
    private bool _isSet; // the options of the socket

    public UnprovenConnection(Socket socket, Handshake handshake, bool isSealed)
    {
        Socket = socket;
        Handshake = handshake;
        IsSealed = isSealed;
    }

    public Socket Socket { get; }

    public Handshake Handshake { get; }

    /// <summary>Whether the frames after the handshake are sealed.</summary>
    public bool IsSealed { get; }

    /// <summary>Whether the edge has closed it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The time since the connection was accepted.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_opened);

    public void Close()
    {
        IsClosed = true;
        Socket.Dispose();
    }

    /// <summary>Takes the bytes that have come, and answers.</summary>
    /// <param name="isRepeated">Whether the HELLO of a connection is one that another connection has sent.</param>
    /// <returns>Whether the handshake goes on or has succeeded; false when the connection is to be closed.</returns>
    public bool Advance(Func<UnprovenConnection, bool> isRepeated)
    {
        if (!_isSet)
        {
            _isSet = true; // an accepted socket may have the options of the listener, or those of a new one
            Socket.Blocking = false;
            if (IsSealed)
            {
                Socket.NoDelay = true;
            }
        }

        while (Handshake.Step is HandshakeStep.Hello or HandshakeStep.Proof)
        {
            var received = Socket.Receive(Handshake.Room, SocketFlags.None, out var error);
            if (error.MeansNotReady())
            {
                return true;
            }

            if (error != SocketError.Success || received == 0)
            {
                return false;
            }

            var before = Handshake.Step;
            var answer = Handshake.Take(received);
            if (before == HandshakeStep.Hello && Handshake.Step == HandshakeStep.Proof && isRepeated(this))
            {
                Socket.Send(HandshakeFormat.Refusal(HandshakeAnswer.Refused), SocketFlags.None, out _);
                return false;
            }

            // The answers fit into the empty buffer of a new socket. A client that has filled the buffer is no client.
            if (answer.Length > 0 && Socket.Send(answer, SocketFlags.None, out _) != answer.Length)
            {
                return false;
            }
        }

        return Handshake.Step == HandshakeStep.Proven;
    }
}
