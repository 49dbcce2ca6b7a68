using System.Net.Sockets;

namespace ZProc.Benchmarks.Yardsticks;

/// <summary>The least that a server can do: it sends each message back through a Unix domain socket, with a thread for each connection.</summary>
internal sealed class SocketEcho : IDisposable
{
    /// <summary>The size of a message, in bytes: about that of a small write.</summary>
    public const int MessageBytes = 80;

    private const int Backlog = 512;
    private const int StackBytes = 256 * 1024;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <param name="path">The socket's file.</param>
    public SocketEcho(string path)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(Backlog);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                new Thread(() => Serve(socket), StackBytes) { IsBackground = true }.Start();
            }
        }
        catch (SocketException) when (!_listener.Connected)
        {
            // Expected: the benchmark ends.
        }
    }

    private static void Serve(Socket socket)
    {
        using (socket)
        {
            var message = new byte[MessageBytes];
            while (socket.Receive(message) is > 0 and var received)
            {
                socket.Send(message.AsSpan(0, received));
            }
        }
    }
}
