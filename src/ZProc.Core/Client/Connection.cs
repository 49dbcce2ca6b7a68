using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using MessagePack;
using NetMQ;
using NetMQ.Monitoring;
using NetMQ.Sockets;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// The socket of a remote client and the thread that looks after it: it proves the secret, keeps the stream, beats, and
/// makes the connection anew when it was cut. While there is a stream, a caller that waits may send and receive instead
/// (<see cref="Receiving"/>). What arrives goes, in order, to the <see cref="IConnectionUser"/>.
/// </summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan HandOver = TimeSpan.FromMilliseconds(500);
    private const int ShortestLinger = 1; // milliseconds
    private const int LongestLinger = 8;

    private readonly ConnectionString _address;
    private readonly Guid _client;
    private readonly IConnectionUser _user;
    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly NetMQPoller _poller;
    private readonly NetMQTimer _tick = new(WireLimits.Beat);
    private readonly NetMQTimer _linger = new(TimeSpan.FromMilliseconds(ShortestLinger)) { Enable = false }; // runs while the thread does not have the socket
    private readonly ConcurrentQueue<byte[]> _outgoing = new();
    private readonly NetMQQueue<bool> _bell = new(); // goes with the socket: it makes whoever has that look up
    private readonly object _bellGate = new();
    private readonly Receiving _receiving = new();
    private readonly NetMQSelector _selector = new();
    private NetMQSelector.Item[] _items = [];
    private DealerSocket? _socket;
    private NetMQMonitor? _monitor;

    // Of the present socket.
    private FrameWriter? _writer;
    private FrameReader _reader = new(long.MaxValue);
    private byte[] _nonce = [];
    private byte[] _token = [];
    private long _taken;
    private long _acknowledged;

    private Guid _incarnation;
    private long _heard;
    private long _lost; // since when there is no stream
    private bool _ended;
    private bool _cut; // the socket has lost its connection
    private bool _broken; // the stream makes no sense any more
    private FaultException? _stopped;
    private int _rung;
    private int _disposed;
    private bool _closed;

    public Connection(ConnectionString address, Guid client, IConnectionUser user)
    {
        _address = address;
        _client = client;
        _user = user;
        _poller = [_tick, _linger, _bell];
        _tick.Elapsed += (_, _) => Tick();
        _linger.Elapsed += (_, _) => Return();
        _bell.ReceiveReady += (_, _) => AnswerBell();
        _lost = Stopwatch.GetTimestamp();
    }

    /// <summary>Starts the thread, which connects.</summary>
    public void Start()
    {
        _poller.RunAsync("ZProc client", isBackgroundThread: true);
        _poller.Run(TryOpen);
    }

    /// <summary>Whether anything listens there at all. A ZeroMQ socket would try for ever and never say.</summary>
    /// <exception cref="FaultException">CannotConnect.</exception>
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
                $"No ZProc server answers at {address.Endpoint}. The context has been stopped, or the connection string is from elsewhere.",
                address.Endpoint,
                exception);
        }
    }

    /// <summary>Sends a message. What is sent while there is no stream is dropped: the user sends it again once there is one.</summary>
    public void Send(byte[] message)
    {
        Enqueue(message);
        Flush();
    }

    /// <summary>Queues a message for <see cref="Flush"/> or <see cref="Wait"/>.</summary>
    public void Enqueue(byte[] message) => _outgoing.Enqueue(message);

    /// <summary>Sees to it that what is queued is sent.</summary>
    public void Flush()
    {
        if (!_receiving.TryBorrow())
        {
            Ring();
            return;
        }

        try
        {
            SendQueued();
        }
        finally
        {
            Leave(null);
        }
    }

    /// <summary>Sends what is queued and waits until it is signalled or the deadline has passed; meanwhile it may receive for all.</summary>
    public void Wait(Waiter waiter, Deadline deadline)
    {
        waiter.Interrupt = Ring;
        _receiving.Enter(waiter);
        if (!waiter.Leads)
        {
            Ring();
            waiter.Sleep(deadline);
            if (!_receiving.Withdraw(waiter))
            {
                return;
            }
        }

        try
        {
            SendQueued();
            while (!HasToLeave(waiter, deadline))
            {
                _selector.Select(_items, _items.Length, (long)deadline.Remaining.TotalMilliseconds);
                HearBell();
                Receive(waiter, deadline);
            }
        }
        finally
        {
            Leave(waiter);
        }

        waiter.Sleep(deadline); // the thread has taken over
    }

    /// <summary>Drops what is queued and not sent, before all that has no answer is sent again in its order.</summary>
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
                TakeSocket();
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
        lock (_bellGate)
        {
            _closed = true;
        }

        _poller.Stop();
        _poller.Dispose();
        _bell.Dispose();
        _library.Dispose();
    }

    /// <summary>Begins anew. Where that is not even possible now (a name that does not resolve), the next tick tries again.</summary>
    private void TryOpen()
    {
        Close();
        _cut = _broken = false;
        try
        {
            Open();
        }
        catch (Exception exception) when (exception is SocketException or NetMQException)
        {
            Close();
        }
    }

    private void Open()
    {
        _socket = new DealerSocket();
        _socket.Options.Identity = Guid.NewGuid().ToByteArray() is var id && id[0] != 0 ? id : [1, .. id[1..]];
        _socket.Options.SendHighWatermark = 0; // what is in flight is bounded by the requests that wait for an answer
        _socket.Options.ReceiveHighWatermark = 0;
        _socket.Options.MaxMsgSize = WireLimits.FrameBytes;
        _socket.Options.Linger = HandOver;
        if (_address.IsEncrypted)
        {
            Curve.Encrypt(_socket, _address);
        }

        _writer = null;
        _reader = new FrameReader(long.MaxValue);
        _taken = _acknowledged = 0;
        _socket.ReceiveReady += (_, _) => ReceiveOnThread();
        _poller.Add(_socket);
        _items = [new(_socket, PollEvents.PollIn), new(((ISocketPollable)_bell).Socket, PollEvents.PollIn)];

        // The socket would connect again by itself and go on with a gap; we go on with a stream that has none.
        var socket = _socket;
        _monitor = new NetMQMonitor(socket, $"inproc://zproc-{Guid.NewGuid():N}", SocketEvents.Disconnected);
        _monitor.Disconnected += (_, _) =>
        {
            if (_socket == socket)
            {
                _cut = true; // seen to once this event is over
                TakeSocket();
                Ring();
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
        _receiving.Open(false);
        if (_socket is { } socket)
        {
            _socket = null;
            _writer = null;
            _monitor?.Dispose();
            _monitor = null;
            _poller.RemoveAndDispose(socket);
        }
    }

    /// <summary>What the thread does when there is something to receive.</summary>
    private void ReceiveOnThread()
    {
        if (_receiving.IsThreads)
        {
            Receive(null, Deadline.Never);
            LookAfter();
        }
    }

    /// <summary>Whoever rings wants something sent, or the socket.</summary>
    private void AnswerBell()
    {
        if (_receiving.IsThreads)
        {
            HearBell();
            LookAfter();
            if (_receiving.TryGive())
            {
                _poller.Remove(_socket!);
                _poller.Remove(_bell);
                _linger.Interval = ShortestLinger;
                _linger.EnableAndReset();
                _receiving.IsQuiet();
            }
        }
    }

    /// <summary>Takes the socket back when callers no longer come and go quickly.</summary>
    private void Return()
    {
        if (_receiving.IsQuiet())
        {
            TakeSocket();
            LookAfter();
        }
        else
        {
            // They receive for all. To look less often costs nobody anything, and with many busy clients saves much.
            _linger.Interval = Math.Min(2 * _linger.Interval, LongestLinger);
        }
    }

    /// <summary>The thread takes the socket.</summary>
    private void TakeSocket()
    {
        if (_receiving.Reclaim(Ring))
        {
            _linger.Enable = false;
            _poller.Add(_socket!);
            _poller.Add(_bell);
        }
    }

    /// <summary>Sees to what only the thread sees to. It has the socket.</summary>
    private void LookAfter()
    {
        if (_ended)
        {
            return;
        }

        if (_stopped is { } reason)
        {
            End(reason);
        }
        else if (_lost == 0 && (_broken || _cut))
        {
            Reopen(); // the stream has a gap: take it up again from what we know
        }
        else if (_broken)
        {
            _broken = false;
            Close(); // in the middle of the greeting: the next tick begins anew
        }

        _receiving.Open(_lost == 0 && _socket is not null && !_reader.IsInMessage);
        if (!_outgoing.IsEmpty)
        {
            SendQueued();
        }
    }

    /// <summary>A caller leaves the socket.</summary>
    private void Leave(Waiter? waiter)
    {
        var needsThread = NeedsThread;
        if (needsThread)
        {
            _receiving.Open(false);
        }

        if (!_receiving.Leave(waiter))
        {
            return;
        }

        if (needsThread)
        {
            lock (_bellGate)
            {
                if (!_closed)
                {
                    _poller.Run(() =>
                    {
                        TakeSocket();
                        LookAfter();
                    });
                }
            }
        }
        else if (!_outgoing.IsEmpty)
        {
            Flush(); // of somebody who saw that the socket was taken
        }
    }

    private bool NeedsThread => _broken || _stopped is not null || _reader.IsInMessage;

    private bool HasToLeave(Waiter waiter, Deadline deadline) => waiter.IsDone || _receiving.IsReclaimed || NeedsThread || deadline.Passed;

    private void Ring()
    {
        if (Interlocked.Exchange(ref _rung, 1) == 0)
        {
            lock (_bellGate)
            {
                if (!_closed)
                {
                    _bell.Enqueue(true);
                }
            }
        }
    }

    /// <summary>Sends what is queued, before the bell can be rung again: ringing it costs more than a message.</summary>
    private void HearBell()
    {
        while (_bell.TryDequeue(out _, TimeSpan.Zero))
        {
        }

        do
        {
            SendQueued();
            Interlocked.Exchange(ref _rung, 0);
        }
        while (!_outgoing.IsEmpty && Interlocked.Exchange(ref _rung, 1) == 0);
    }

    /// <summary>Takes what has come.</summary>
    /// <param name="waiter">The caller that receives, until it has what it waits for; null for the thread.</param>
    /// <param name="deadline">Its deadline.</param>
    private void Receive(Waiter? waiter, Deadline deadline)
    {
        var frame = default(Msg);
        frame.InitEmpty();
        try
        {
            while ((waiter is null || !HasToLeave(waiter, deadline)) && _socket is { } socket && socket.TryReceive(ref frame, TimeSpan.Zero))
            {
                _heard = Stopwatch.GetTimestamp();
                if (_writer is null)
                {
                    Greet(frame.Slice());
                    continue;
                }

                _taken += frame.Size;
                _reader.Take(frame.SliceAsMemory());
                while (_stopped is null && _reader.TryNext(out var message))
                {
                    Take(message);
                }
            }
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            _broken = true;
        }
        finally
        {
            frame.Close();
        }

        if (_taken - _acknowledged >= WireLimits.CreditStepBytes)
        {
            Beat();
        }

        if (!_outgoing.IsEmpty)
        {
            SendQueued();
        }
    }

    private void Greet(ReadOnlySpan<byte> frame)
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
                $"The server at {_address.Endpoint} does not share the secret of this connection string. Take the whole string from the context to join.",
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

    private void Take(in ReadOnlySequence<byte> message)
    {
        var type = Message.Open(message, out var body);
        switch (type)
        {
            case MessageType.Welcome when _lost != 0:
                var (sequence, incarnation) = (body.ReadInt64(), WireFormat.ReadGuid(ref body));
                var welcome = new Welcome(incarnation, sequence, body.ReadInt32(), body.ReadBoolean(), WireFormat.ReadStoreOptions(ref body));
                if (_incarnation != Guid.Empty && _incarnation != incarnation)
                {
                    End(Restarted());
                    return;
                }

                _incarnation = incarnation;
                _lost = 0;
                _user.OnConnected(welcome);
                break;
            case MessageType.Stopping:
                _stopped = new FaultException(Fault.ContextStopped, "The context has been stopped by its owner. Start or connect to another one.");
                break;
            default:
                _user.OnMessage(type, ref body);
                break;
        }
    }

    private void Tick()
    {
        TakeSocket();
        TickNow();
        LookAfter();
    }

    private void TickNow()
    {
        if (_ended)
        {
            return;
        }

        if (_lost != 0 && Stopwatch.GetElapsedTime(_lost) > WireLimits.Reconnect)
        {
            if (_incarnation == Guid.Empty)
            {
                // Whoever connects says how long to try. A slow server may have forgotten the greeting it answers: greet anew.
                _lost = Stopwatch.GetTimestamp();
                TryOpen();
                return;
            }

            End(new FaultException(
                Fault.ConnectionLost,
                $"The server at {_address.Endpoint} is gone. What was not acknowledged may or may not have been done.",
                _address.Endpoint));
        }
        else if (_lost != 0 && (_cut || _socket is null))
        {
            TryOpen();
        }
        else if (_lost == 0 && Stopwatch.GetElapsedTime(_heard) > WireLimits.Silence)
        {
            Receive(null, Deadline.Never); // a process that was stopped for a while has not looked yet
            if (_lost == 0 && Stopwatch.GetElapsedTime(_heard) > WireLimits.Silence)
            {
                Reopen();
            }
        }
        else if (_lost == 0)
        {
            Beat();
        }
    }

    private void Reopen()
    {
        if (_lost == 0)
        {
            _lost = Stopwatch.GetTimestamp();
        }

        TryOpen();
    }

    private void Beat()
    {
        _acknowledged = _taken;
        SendNow(Message.Build(MessageType.ClientBeat, (ref MessagePackWriter writer) => writer.Write(_taken)));
    }

    /// <summary>Sends what is queued. By whoever has the socket.</summary>
    private void SendQueued()
    {
        while (_outgoing.TryDequeue(out var message))
        {
            if (_lost == 0)
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

    /// <summary>Another server has taken the place of ours: with our secret or with one of its own.</summary>
    private FaultException Restarted() => new(
        Fault.ConnectionLost,
        $"The server at {_address.Endpoint} was restarted and has a new state. Connect again and start anew from it.",
        _address.Endpoint);

    private void End(FaultException reason)
    {
        _ended = true;
        Close();
        _user.OnEnded(reason);
    }
}
