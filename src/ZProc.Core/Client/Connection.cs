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
/// The socket of a remote client and the one thread that owns it: it proves the secret, keeps the stream, beats, and
/// makes the connection anew when it was cut. What arrives goes, in order, to the <see cref="IConnectionUser"/>.
/// </summary>
internal sealed class Connection : IDisposable
{
    // In the queue: the socket has lost its connection.
    private static readonly byte[] Cut = [];

    private static readonly TimeSpan HandOver = TimeSpan.FromMilliseconds(500);

    private readonly ConnectionString _address;
    private readonly Guid _client;
    private readonly IConnectionUser _user;
    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly NetMQPoller _poller;
    private readonly NetMQTimer _tick = new(WireLimits.Beat);
    private readonly NetMQQueue<byte[]> _outgoing = new();
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
    private bool _cutAgain;
    private int _disposed;

    public Connection(ConnectionString address, Guid client, IConnectionUser user)
    {
        _address = address;
        _client = client;
        _user = user;
        _poller = [_tick, _outgoing];
        _tick.Elapsed += (_, _) => Tick();
        _outgoing.ReceiveReady += (_, _) => SendQueued();
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

    /// <summary>Queues a message. What is queued while there is no stream is dropped: the user sends it again once there is one.</summary>
    public void Send(byte[] message)
    {
        if (Volatile.Read(ref _disposed) == 0)
        {
            _outgoing.Enqueue(message);
        }
    }

    /// <summary>Drops what is queued and not sent, before all that has no answer is sent again in its order. On the connection's thread.</summary>
    public void DropQueued()
    {
        while (_outgoing.TryDequeue(out var message, TimeSpan.Zero))
        {
            _cutAgain |= ReferenceEquals(message, Cut);
        }
    }

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
        _poller.Stop();
        _poller.Dispose();
        _outgoing.Dispose();
        _library.Dispose();
    }

    /// <summary>Begins anew. Where that is not even possible now (a name that does not resolve), the next tick tries again.</summary>
    private void TryOpen()
    {
        Close();
        _cutAgain = false;
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
        _socket.ReceiveReady += (_, _) => Receive();
        _poller.Add(_socket);

        // The socket would connect again by itself and go on with a gap; we go on with a stream that has none.
        var socket = _socket;
        _monitor = new NetMQMonitor(socket, $"inproc://zproc-{Guid.NewGuid():N}", SocketEvents.Disconnected);
        _monitor.Disconnected += (_, _) =>
        {
            if (_socket == socket)
            {
                _outgoing.Enqueue(Cut);
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
        if (_socket is { } socket)
        {
            _socket = null;
            _writer = null;
            _monitor?.Dispose();
            _monitor = null;
            _poller.RemoveAndDispose(socket);
        }
    }

    private void Receive()
    {
        var frame = default(Msg);
        frame.InitEmpty();
        try
        {
            while (_socket is { } socket && socket.TryReceive(ref frame, TimeSpan.Zero))
            {
                _heard = Stopwatch.GetTimestamp();
                if (_writer is null)
                {
                    Greet(frame.Slice());
                    continue;
                }

                _taken += frame.Size;
                var reader = _reader;
                reader.Take(frame.SliceAsMemory());
                while (_socket is not null && _reader == reader && reader.TryNext(out var message))
                {
                    Take(message);
                }
            }
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            if (_lost == 0)
            {
                Reopen(); // the stream has a gap: take it up again from what we know
            }
            else
            {
                Close(); // in the middle of the greeting: the next tick begins anew
            }
        }
        finally
        {
            frame.Close();
        }

        if (_taken - _acknowledged >= WireLimits.CreditStepBytes)
        {
            Beat();
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
            case MessageType.Welcome:
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
                End(new FaultException(Fault.ContextStopped, "The context has been stopped by its owner. Start or connect to another one."));
                break;
            default:
                _user.OnMessage(type, ref body);
                break;
        }
    }

    private void Tick()
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
        else if (_lost != 0 && (_cutAgain || _socket is null))
        {
            TryOpen();
        }
        else if (_lost == 0 && Stopwatch.GetElapsedTime(_heard) > WireLimits.Silence)
        {
            Receive(); // a process that was stopped for a while has not looked yet
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

    private void SendQueued()
    {
        while (_outgoing.TryDequeue(out var message, TimeSpan.Zero))
        {
            if (ReferenceEquals(message, Cut))
            {
                if (_lost == 0 && !_ended)
                {
                    Reopen();
                }
                else
                {
                    _cutAgain = true; // in the middle of the greeting, which is lost with it: the next tick begins anew
                }
            }
            else if (_lost == 0)
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
