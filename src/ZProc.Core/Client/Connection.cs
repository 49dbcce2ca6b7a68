using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using MessagePack;
using NetMQ;
using NetMQ.Monitoring;
using NetMQ.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// The socket of a remote client and the thread that runs it: the handshake, the stream, heartbeats, and reconnecting. While there is
/// a stream, a caller that waits for a reply may own the socket and send and receive instead (<see cref="SocketOwner"/>).
/// The messages go, in order, to the <see cref="IConnectionUser"/>.
/// </summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan SocketLinger = TimeSpan.FromMilliseconds(500);
    private const int ShortestReclaimDelay = 1; // milliseconds
    private const int LongestReclaimDelay = 8;

    private readonly ConnectionString _address;
    private readonly Guid _client;
    private readonly IConnectionUser _user;
    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly NetMQPoller _poller;
    private readonly NetMQTimer _heartbeat = new(WireLimits.HeartbeatInterval);
    private readonly NetMQTimer _reclaim = new(TimeSpan.FromMilliseconds(ShortestReclaimDelay)) { Enable = false }; // runs while the thread does not own the socket
    private readonly ConcurrentQueue<byte[]> _outgoing = new();
    private readonly NetMQQueue<bool> _wakeUp = new(); // wakes the thread that owns the socket
    private readonly object _wakeUpGate = new();
    private readonly SocketOwner _owner = new();
    private readonly NetMQSelector _selector = new();
    private NetMQSelector.Item[] _items = [];
    private DealerSocket? _socket;
    private NetMQMonitor? _monitor;

    // Of the current socket. Only its owner uses these.
    private FrameWriter? _writer;
    private FrameReader _reader = new(long.MaxValue);
    private byte[] _nonce = [];
    private byte[] _token = [];
    private long _taken; // bytes received
    private long _acknowledged; // bytes that the server knows to be received

    private Guid _incarnation;
    private long _lastHeard; // timestamp of the last frame
    private long _lostSince; // timestamp of the loss of the stream; 0 while there is one
    private bool _ended;
    private bool _isDisconnected; // the socket has lost its connection
    private bool _isMalformed; // a frame or message of the stream was malformed
    private FaultException? _stopReason; // set by the server's last message
    private int _isWoken; // 1 from a wake-up until the owner has handled it
    private int _disposed;
    private bool _closed;

    public Connection(ConnectionString address, Guid client, IConnectionUser user)
    {
        _address = address;
        _client = client;
        _user = user;
        _poller = [_heartbeat, _reclaim, _wakeUp];
        _heartbeat.Elapsed += (_, _) => Tick();
        _reclaim.Elapsed += (_, _) => ReclaimIfIdle();
        _wakeUp.ReceiveReady += (_, _) => OnWakeUp();
        _lostSince = Stopwatch.GetTimestamp();
    }

    /// <summary>Starts the thread, which connects.</summary>
    public void Start()
    {
        _poller.RunAsync("ZProc client", isBackgroundThread: true);
        _poller.Run(TryOpen);
    }

    /// <summary>Checks that something listens at the address. A ZeroMQ socket would try for ever and report nothing.</summary>
    /// <exception cref="FaultException">CannotConnect: nothing listens there.</exception>
    public static void Probe(ConnectionString address, Deadline deadline, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (deadline.Remaining is var remaining && remaining != Timeout.InfiniteTimeSpan)
        {
            late.CancelAfter(remaining);
        }

        using var socket = new TcpClient();
        try
        {
            socket.ConnectAsync(address.Host, address.Port, late.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new FaultException(
                Fault.CannotConnect,
                $"No server listens at {address.Endpoint}. Check that the context still runs and that the connection string is its own.",
                address.Endpoint,
                exception);
        }
    }

    /// <summary>Sends a message. Without a stream the message is dropped; the user sends it again once there is a stream.</summary>
    public void Send(byte[] message)
    {
        Enqueue(message);
        Flush();
    }

    /// <summary>Queues a message for <see cref="Flush"/> or <see cref="Wait"/>.</summary>
    public void Enqueue(byte[] message) => _outgoing.Enqueue(message);

    /// <summary>Sends the queued messages, or wakes the owner of the socket to do so.</summary>
    public void Flush()
    {
        if (!_owner.TryTake())
        {
            Wake();
            return;
        }

        try
        {
            SendQueued();
        }
        finally
        {
            Release(null);
        }
    }

    /// <summary>
    /// Sends the queued messages and waits until the waiter is signalled or the deadline has passed. Meanwhile the calling thread
    /// may own the socket and receive for all callers.
    /// </summary>
    public void Wait(Waiter waiter, Deadline deadline)
    {
        waiter.Interrupt = Wake;
        _owner.Enter(waiter);
        if (!waiter.OwnsSocket)
        {
            Wake();
            waiter.Sleep(deadline);
            if (!_owner.Withdraw(waiter))
            {
                return;
            }
        }

        try
        {
            SendQueued();
            while (!HasToRelease(waiter, deadline))
            {
                _selector.Select(_items, _items.Length, (long)deadline.Remaining.TotalMilliseconds);
                HandleWakeUps();
                Receive(waiter, deadline);
            }
        }
        finally
        {
            Release(waiter);
        }

        waiter.Sleep(deadline); // the connection's thread owns the socket again
    }

    /// <summary>Drops the queued messages, before the user sends every pending request again in order.</summary>
    public void DropQueued() => _outgoing.Clear();

    /// <summary>Leaves the server and ends the thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        using var left = new ManualResetEventSlim();
        _poller.Run(() =>
        {
            try
            {
                ReclaimSocket();
                SendQueued();
                SendNow(Message.Build(MessageType.Leave));
                Close();
            }
            finally
            {
                left.Set();
            }
        });
        left.Wait();
        lock (_wakeUpGate)
        {
            _closed = true;
        }

        _poller.Stop();
        _poller.Dispose();
        _wakeUp.Dispose();
        _library.Dispose();
    }

    /// <summary>Opens a new socket. When that fails (for instance, the host name does not resolve), the next tick tries again.</summary>
    private void TryOpen()
    {
        Close();
        _isDisconnected = _isMalformed = false;
        try
        {
            Open();
        }
        catch (Exception exception) when (exception is SocketException or NetMQException)
        {
            // Expected: the network may be down for a while. The next tick tries again, until the reconnect timeout.
            ZProcEventSource.Log.FaultCaught(nameof(Connection), exception);
            Close();
        }
    }

    private void Open()
    {
        _socket = new DealerSocket();
        _socket.Options.Identity = Guid.NewGuid().ToByteArray() is var id && id[0] != 0 ? id : [1, .. id[1..]];
        _socket.Options.SendHighWatermark = 0; // unbounded here; the number of pending requests is bounded
        _socket.Options.ReceiveHighWatermark = 0;
        _socket.Options.MaxMsgSize = WireLimits.FrameBytes;
        _socket.Options.Linger = SocketLinger;
        if (_address.IsEncrypted)
        {
            Curve.Encrypt(_socket, _address);
        }

        _writer = null;
        _reader = new FrameReader(long.MaxValue);
        _taken = _acknowledged = 0;
        _socket.ReceiveReady += (_, _) => ReceiveOnThread();
        _poller.Add(_socket);
        _items = [new(_socket, PollEvents.PollIn), new(((ISocketPollable)_wakeUp).Socket, PollEvents.PollIn)];

        // The socket would reconnect by itself, and its stream would have a gap. A new socket begins a stream without one.
        var socket = _socket;
        _monitor = new NetMQMonitor(socket, $"inproc://zproc-{Guid.NewGuid():N}", SocketEvents.Disconnected);
        _monitor.Disconnected += (_, _) =>
        {
            if (_socket == socket)
            {
                _isDisconnected = true; // handled after this event: the socket cannot be closed inside it
                ReclaimSocket();
                Wake();
            }
        };
        _monitor.AttachToPoller(_poller);
        _socket.Connect(_address.Endpoint);
        _nonce = Proofs.Nonce();
        _socket.TrySendFrame(Message.Build(MessageType.Hello, (ref MessagePackWriter writer) =>
        {
            writer.WriteUInt8(WireLimits.Version);
            writer.Write(_nonce);
        }));
    }

    private void Close()
    {
        _owner.AllowCallers(false);
        if (_socket is { } socket)
        {
            _socket = null;
            _writer = null;
            _monitor?.Dispose();
            _monitor = null;
            _poller.RemoveAndDispose(socket);
        }
    }

    /// <summary>The socket's event on the connection's thread: frames have come.</summary>
    private void ReceiveOnThread()
    {
        if (_owner.IsThread)
        {
            Receive(null, Deadline.Never);
            Maintain();
        }
    }

    /// <summary>The wake-up's event on the connection's thread: a caller has queued a message or waits for the socket.</summary>
    private void OnWakeUp()
    {
        if (_owner.IsThread)
        {
            HandleWakeUps();
            Maintain();
            if (_owner.TryHandOver())
            {
                _poller.Remove(_socket!);
                _poller.Remove(_wakeUp);
                _reclaim.Interval = ShortestReclaimDelay;
                _reclaim.EnableAndReset();
                _owner.IsIdle();
            }
        }
    }

    /// <summary>Takes the socket back when no caller was given it lately.</summary>
    private void ReclaimIfIdle()
    {
        if (_owner.IsIdle())
        {
            ReclaimSocket();
            Maintain();
        }
        else
        {
            // Callers come and go, and receive meanwhile. Fewer checks delay no message, and save time where many clients are busy.
            _reclaim.Interval = Math.Min(2 * _reclaim.Interval, LongestReclaimDelay);
        }
    }

    /// <summary>Takes the socket back for the connection's thread.</summary>
    private void ReclaimSocket()
    {
        if (_owner.Reclaim(Wake))
        {
            _reclaim.Enable = false;
            _poller.Add(_socket!);
            _poller.Add(_wakeUp);
        }
    }

    /// <summary>
    /// The work of the connection's thread after each event, while it owns the socket: ends the connection, reconnects, and decides
    /// whether callers may own the socket.
    /// </summary>
    private void Maintain()
    {
        if (_ended)
        {
            return;
        }

        if (_stopReason is { } reason)
        {
            End(reason);
        }
        else if (_lostSince == 0 && (_isMalformed || _isDisconnected))
        {
            Reopen(); // the stream has a gap: resume in a new one
        }
        else if (_isMalformed)
        {
            _isMalformed = false;
            Close(); // in the middle of the handshake: the next tick opens a new socket
        }

        _owner.AllowCallers(_lostSince == 0 && _socket is not null && !_reader.IsInMessage);
        if (!_outgoing.IsEmpty)
        {
            SendQueued();
        }
    }

    /// <summary>Releases the socket that a caller owns.</summary>
    private void Release(Waiter? waiter)
    {
        var needsThread = NeedsThread;
        if (needsThread)
        {
            _owner.AllowCallers(false);
        }

        if (!_owner.Release(waiter))
        {
            return;
        }

        if (needsThread)
        {
            lock (_wakeUpGate)
            {
                if (!_closed)
                {
                    _poller.Run(() =>
                    {
                        ReclaimSocket();
                        Maintain();
                    });
                }
            }
        }
        else if (!_outgoing.IsEmpty)
        {
            Flush(); // another caller queued a message while the socket was taken
        }
    }

    private bool NeedsThread => _isMalformed || _stopReason is not null || _reader.IsInMessage;

    private bool HasToRelease(Waiter waiter, Deadline deadline) => waiter.IsDone || _owner.IsReclaimed || NeedsThread || deadline.Passed;

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
        {
            lock (_wakeUpGate)
            {
                if (!_closed)
                {
                    _wakeUp.Enqueue(true);
                }
            }
        }
    }

    /// <summary>Handles wake-ups: sends the queued messages and only then allows the next wake-up, which costs more than a message.</summary>
    private void HandleWakeUps()
    {
        while (_wakeUp.TryDequeue(out _, TimeSpan.Zero))
        {
        }

        do
        {
            SendQueued();
            Interlocked.Exchange(ref _isWoken, 0);
        }
        while (!_outgoing.IsEmpty && Interlocked.Exchange(ref _isWoken, 1) == 0);
    }

    /// <summary>Receives and handles the frames that have come.</summary>
    /// <param name="waiter">The caller that receives, and stops once it is signalled; null for the connection's thread.</param>
    /// <param name="deadline">The caller's deadline.</param>
    private void Receive(Waiter? waiter, Deadline deadline)
    {
        var frame = default(Msg);
        frame.InitEmpty();
        try
        {
            while ((waiter is null || !HasToRelease(waiter, deadline)) && _socket is { } socket && socket.TryReceive(ref frame, TimeSpan.Zero))
            {
                _lastHeard = Stopwatch.GetTimestamp();
                if (_writer is null)
                {
                    AnswerChallenge(frame.Slice());
                    continue;
                }

                _taken += frame.Size;
                _reader.Take(frame.SliceAsMemory());
                while (_stopReason is null && _reader.TryNext(out var message))
                {
                    HandleMessage(message);
                }
            }
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            // Expected: a lost frame, or a server that breaks the protocol. A new stream resumes without a gap.
            ZProcEventSource.Log.FaultCaught(nameof(Connection), exception);
            _isMalformed = true;
        }
        finally
        {
            frame.Close();
        }

        if (_taken - _acknowledged >= WireLimits.CreditStepBytes)
        {
            SendHeartbeat();
        }

        if (!_outgoing.IsEmpty)
        {
            SendQueued();
        }
    }

    private void AnswerChallenge(ReadOnlySpan<byte> frame)
    {
        if (Message.Open(new ReadOnlySequence<byte>(frame.ToArray()), out var body) != MessageType.Challenge)
        {
            return;
        }

        var serverNonce = body.ReadBytes()?.ToArray() ?? [];
        var proof = body.ReadBytes()?.ToArray() ?? [];
        if (!Proofs.Equal(proof, Proofs.Server(_address.Secret, _nonce, serverNonce)))
        {
            End(_incarnation != Guid.Empty ? Restarted() : new FaultException(
                Fault.CannotConnect,
                $"The server at {_address.Endpoint} has another secret than this connection string. Copy the whole string from the context to join.",
                _address.Endpoint));
            return;
        }

        _token = Proofs.Token(_address.Secret, _nonce, serverNonce, _client);
        _socket!.TrySendFrame(Message.Build(MessageType.Proof, (ref MessagePackWriter writer) =>
        {
            WireFormat.Write(ref writer, _client);
            writer.Write(Proofs.Client(_address.Secret, _nonce, serverNonce, _client));
        }));
        _writer = new FrameWriter(_token);
    }

    private void HandleMessage(in ReadOnlySequence<byte> message)
    {
        var type = Message.Open(message, out var body);
        switch (type)
        {
            case MessageType.Welcome when _lostSince != 0:
                var welcome = WelcomeFormat.ReadWelcome(ref body);
                if (_incarnation != Guid.Empty && _incarnation != welcome.Incarnation)
                {
                    End(Restarted());
                    return;
                }

                ZProcEventSource.Log.Connected(_address.Endpoint, _incarnation != Guid.Empty);
                _incarnation = welcome.Incarnation;
                _lostSince = 0;
                _user.OnConnected(welcome);
                break;
            case MessageType.Stopping:
                _stopReason = new FaultException(Fault.ContextStopped, "The owner of the context has stopped it. Start another context or connect to one.");
                break;
            default:
                _user.OnMessage(type, ref body);
                break;
        }
    }

    private void Tick()
    {
        ReclaimSocket();
        TickNow();
        Maintain();
    }

    private void TickNow()
    {
        if (_ended)
        {
            return;
        }

        if (_lostSince != 0 && Stopwatch.GetElapsedTime(_lostSince) > WireLimits.ReconnectTimeout)
        {
            if (_incarnation == Guid.Empty)
            {
                // The caller's deadline limits the first connect. A slow server may have dropped the handshake: begin another.
                _lostSince = Stopwatch.GetTimestamp();
                TryOpen();
                return;
            }

            End(new FaultException(
                Fault.ConnectionLost,
                $"The server at {_address.Endpoint} is gone. A write without a reply may or may not have been made.",
                _address.Endpoint));
        }
        else if (_lostSince != 0 && (_isDisconnected || _socket is null))
        {
            TryOpen();
        }
        else if (_lostSince == 0 && Stopwatch.GetElapsedTime(_lastHeard) > WireLimits.SilenceTimeout)
        {
            Receive(null, Deadline.Never); // frames may have come while this process was suspended
            if (_lostSince == 0 && Stopwatch.GetElapsedTime(_lastHeard) > WireLimits.SilenceTimeout)
            {
                Reopen();
            }
        }
        else if (_lostSince == 0)
        {
            SendHeartbeat();
        }
    }

    private void Reopen()
    {
        if (_lostSince == 0)
        {
            _lostSince = Stopwatch.GetTimestamp();
            ZProcEventSource.Log.ConnectionLost(_address.Endpoint, _isMalformed ? "malformed stream" : _isDisconnected ? "disconnected" : "silence");
        }

        TryOpen();
    }

    private void SendHeartbeat()
    {
        _acknowledged = _taken;
        SendNow(Message.Build(MessageType.ClientHeartbeat, (ref MessagePackWriter writer) => writer.Write(_taken)));
    }

    /// <summary>Sends the queued messages. The caller owns the socket.</summary>
    private void SendQueued()
    {
        while (_outgoing.TryDequeue(out var message))
        {
            if (_lostSince == 0)
            {
                _writer?.Add(message);
            }
        }

        SendWritten();
    }

    private void SendNow(byte[] message)
    {
        _writer?.Add(message);
        SendWritten();
    }

    private void SendWritten()
    {
        _writer?.Close();
        while (_socket is { } socket && _writer?.TryTake(out var frame) == true)
        {
            socket.TrySendFrame(frame);
        }
    }

    /// <summary>The error when another server, with the same secret or another one, has taken the place of this client's server.</summary>
    private FaultException Restarted() => new(
        Fault.ConnectionLost,
        $"The server at {_address.Endpoint} was restarted and has a new state. Connect again and read the new state.",
        _address.Endpoint);

    private void End(FaultException reason)
    {
        _ended = true;
        ZProcEventSource.Log.ConnectionEnded(_address.Endpoint, reason.Message);
        Close();
        _user.OnEnded(reason);
    }
}
