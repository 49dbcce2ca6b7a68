using System.Buffers;
using System.Net.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// One stream of a client: a connected socket after the handshake, with everything that belongs to it and to no other stream. One
/// thread at a time may send, and one may receive; <see cref="Close"/> may be called by any thread.
/// </summary>
internal sealed class ClientStream : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30); // the system's wait counts microseconds in 32 bits

    private readonly FrameSocket _socket;
    private readonly FrameReader _reader = new(long.MaxValue);
    private readonly WakeSocket _wake;
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];
    private long _acknowledged; // bytes that the server knows to be taken
    private bool _hasMore; // a handler stopped before the last message that has come
    private volatile bool _isBlocked;

    private ClientStream(FrameSocket socket, WakeSocket wake)
    {
        _socket = socket;
        _wake = wake;
    }

    /// <summary>Handles a message.</summary>
    /// <returns>Whether to go on with the next one.</returns>
    public delegate bool Handler(in ReadOnlySequence<byte> message);

    /// <summary>Whether some parts of a message have come, but not its last.</summary>
    public bool IsInMessage => _reader.IsInMessage;

    /// <summary>Whether the server takes no more now. <see cref="Wait"/> then waits for that, too.</summary>
    public bool IsBlocked => _isBlocked;

    /// <summary>Whether the server should be told how much was taken.</summary>
    public bool IsAcknowledgementDue => _socket.TakenBytes - Interlocked.Read(ref _acknowledged) >= WireLimits.AcknowledgeStepBytes;

    /// <summary>Opens a stream.</summary>
    /// <param name="server">The server's address and secret.</param>
    /// <param name="client">The client's id.</param>
    /// <param name="wake">Wakes the thread that receives.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">Nothing listens there; the server closed the connection, or is too slow.</exception>
    /// <exception cref="FaultException">CannotConnect: one side does not know the secret.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ClientStream Open(ConnectionString server, Guid client, WakeSocket wake, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(WireLimits.HandshakeTimeout);
        Socket? socket = null;
        try
        {
            socket = server.Address.Connect(late.Token);
            using var registration = late.Token.Register(socket.Dispose); // for a whole handshake, however its bytes drip
            socket.ReceiveTimeout = socket.SendTimeout = (int)WireLimits.HandshakeTimeout.TotalMilliseconds;
            var keys = ClientHandshake.Run(socket, server, client);
            var isSealed = server.Address.IsSealed;
            return new ClientStream(
                new FrameSocket(socket, isSealed ? new FrameSeal(keys.Client) : null, isSealed ? new FrameSeal(keys.Server) : null), wake);
        }
        catch (Exception exception)
        {
            socket?.Dispose();
            if (exception is ObjectDisposedException or SocketException or OperationCanceledException)
            {
                cancellation.ThrowIfCancellationRequested();
                if (late.IsCancellationRequested)
                {
                    throw new SocketException((int)SocketError.TimedOut);
                }
            }

            throw;
        }
    }

    /// <summary>Waits until something has come, the server takes more again, or the wake-up.</summary>
    public void Wait(TimeSpan bound)
    {
        if (_hasMore)
        {
            return;
        }

        _readable.Clear();
        _readable.Add(_socket.Socket);
        _readable.Add(_wake.Reader);
        _writable.Clear();
        if (_isBlocked)
        {
            _writable.Add(_socket.Socket);
        }

        try
        {
            Socket.Select(_readable, _writable, null, bound < TimeSpan.Zero || bound > LongestWait ? LongestWait : bound);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _socket.Close(); // the next Receive says so
        }
    }

    /// <summary>Receives once, and handles the messages that have come. Those that are left when the handler stops are handled by the next call.</summary>
    /// <exception cref="FaultException">MalformedMessage: the stream cannot be used any more.</exception>
    public ReceiveStatus Receive(Handler handle)
    {
        var status = _hasMore ? ReceiveStatus.Received : _socket.Receive();
        _hasMore = false;
        while (status == ReceiveStatus.Received && TryNext(out var message))
        {
            if (!handle(message))
            {
                _hasMore = true;
                break;
            }
        }

        return status;
    }

    /// <summary>Adds a message. <see cref="Send"/> then sends it.</summary>
    public void Add(ReadOnlySpan<byte> message) => _socket.Add(message);

    /// <summary>Sends the messages, as far as the server takes them now.</summary>
    public void Send()
    {
        _socket.CloseFrame();
        _isBlocked = !_socket.TrySend();
    }

    /// <summary>How many bytes were taken, for an acknowledgement that is about to be sent.</summary>
    public long TakeAcknowledgement()
    {
        var taken = _socket.TakenBytes;
        Interlocked.Exchange(ref _acknowledged, taken);
        return taken;
    }

    /// <summary>Ends the stream. A thread that waits for it wakes.</summary>
    public void Close() => _socket.Close();

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }

    private bool TryNext(out ReadOnlySequence<byte> message)
    {
        while (!_reader.TryNext(out message))
        {
            if (!_socket.TryTakeFrame(out var frame))
            {
                return false;
            }

            _reader.Take(frame);
        }

        return true;
    }
}
