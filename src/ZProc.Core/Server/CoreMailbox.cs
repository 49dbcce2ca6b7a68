using System.Buffers.Binary;
using NetMQ;
using NetMQ.Sockets;

namespace ZProc.Core.Server;

/// <summary>
/// The way to the server's core: a ZeroMQ PAIR socket over <c>inproc://</c>, which all connections share under a lock. Not one of NetMQ's
/// thread-safe sockets, which open descriptors when they end, on a thread where a fault ends the process. Thread-safe; after its end it
/// drops messages.
/// </summary>
internal sealed class CoreMailbox : IDisposable
{
    /// <summary>The bytes before the content: the kind and the connection's number.</summary>
    public const int HeaderBytes = 1 + sizeof(long);

    private readonly object _gate = new(); // the last of all locks
    private readonly PairSocket _socket = new();
    private bool _isClosed;

    /// <param name="endpoint">Where the core listens.</param>
    public CoreMailbox(string endpoint)
    {
        _socket.Options.SendHighWatermark = 0; // unbounded: what is sent here is bounded elsewhere, and a sender must not wait
        _socket.Options.Linger = TimeSpan.Zero;
        _socket.Connect(endpoint);
    }

    /// <summary>Sends a message.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="connection">The number of the connection that sends it; 0 for the server itself.</param>
    /// <param name="content">What follows.</param>
    public void Post(CoreMessage kind, long connection = 0, ReadOnlySpan<byte> content = default)
    {
        var message = default(Msg);
        message.InitPool(HeaderBytes + content.Length);
        message.Slice()[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(message.Slice(1), connection);
        content.CopyTo(message.Slice(HeaderBytes));
        lock (_gate)
        {
            if (!_isClosed)
            {
                _socket.TrySend(ref message, TimeSpan.Zero, more: false);
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
