using NetMQ;
using NetMQ.Sockets;

namespace ZProc.Core.Server;

/// <summary>
/// The way of one connection to the server's core: a ZeroMQ CLIENT socket, the thread-safe form of a DEALER, over <c>inproc://</c>.
/// Thread-safe; after its end it drops messages.
/// </summary>
internal sealed class CoreMailbox : IDisposable
{
    private readonly object _gate = new(); // the last of all locks
    private readonly ClientSocket _socket = new();
    private bool _isClosed;

    /// <param name="endpoint">Where the core listens.</param>
    public CoreMailbox(string endpoint)
    {
        _socket.Options.SendHighWatermark = 0; // unbounded: what is sent here is bounded elsewhere, and a sender must not wait
        _socket.Options.Linger = TimeSpan.Zero;
        _socket.Connect(endpoint);
    }

    /// <summary>Sends a message.</summary>
    public void Post(CoreMessage kind, ReadOnlySpan<byte> content = default)
    {
        var message = default(Msg);
        message.InitPool(1 + content.Length);
        message.Slice()[0] = (byte)kind;
        content.CopyTo(message.Slice(1));
        lock (_gate)
        {
            if (!_isClosed)
            {
                _socket.TrySend(ref message, TimeSpan.Zero);
            }
        }

        message.Close();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _socket.Dispose();
            }
        }
    }
}
