using System.Net.Sockets;

namespace ZProc.Core.Wire;

/// <summary>Where a server listens: a Unix domain socket of this machine, or a TCP port.</summary>
public abstract record ServerAddress
{
    private protected ServerAddress()
    {
    }

    /// <summary>The address in ZeroMQ's form: <c>ipc://PATH</c> or <c>tcp://HOST:PORT</c>.</summary>
    public abstract string Endpoint { get; }

    /// <summary>A short part of the address, from which contexts get their default names.</summary>
    public abstract string ShortName { get; }

    /// <summary>
    /// Whether frames have to be sealed. Only a Unix domain socket of Linux or macOS needs no seal: its folder admits no other user,
    /// so no other program can stand between client and server.
    /// </summary>
    internal abstract bool IsSealed { get; }

    /// <summary>Whether a refused connection means that the server has ended. The port of a TCP address may be a proxy's.</summary>
    internal abstract bool RefusalIsFinal { get; }

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nothing listens there, or the network is down.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal abstract Socket Connect(CancellationToken cancellation);

    /// <summary>
    /// Connects a socket on the calling thread. After an asynchronous connect, a thread of the runtime would wake for everything that
    /// comes over the socket.
    /// </summary>
    /// <returns>The socket, which is disposed when it cannot connect.</returns>
    private protected static Socket Connect(Socket socket, Action<Socket> connect, CancellationToken cancellation)
    {
        try
        {
            using var registration = cancellation.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
            connect(socket);
            cancellation.ThrowIfCancellationRequested();
            return socket;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException or ObjectDisposedException)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    /// <summary>The address in ZeroMQ's form.</summary>
    public sealed override string ToString() => Endpoint;
}
