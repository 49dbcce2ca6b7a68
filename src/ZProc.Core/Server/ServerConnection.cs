using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// One connection of a client that has proved the secret, and the thread that receives from it. The thread serves reads and commits
/// itself, and hands the other requests to the core. It ends with the connection.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private const int StackBytes = 512 * 1024;

    private readonly FrameSocket _socket;
    private readonly FrameReader _reader;
    private readonly StateServer _server;
    private readonly OutletCollector _collector = new();
    private readonly long _number; // in the core
    private readonly long _opened = Stopwatch.GetTimestamp();
    private readonly Thread _thread;
    private readonly object _coreGate = new();
    private int _inCore; // requests that wait for the core. Guarded by the gate
    private Peer? _peer; // once the thread has joined its client
    private Outlet? _outlet;
    private volatile bool _isServing; // the thread handles what it has received
    private volatile bool _isHeldUp; // the thread waits until the client takes replies

    public ServerConnection(UnprovenConnection proven, StateServer server)
    {
        var handshake = proven.Handshake;
        var keys = handshake.Keys!;
        _socket = new FrameSocket(
            proven.Socket, proven.IsSealed ? new FrameSeal(keys.Server) : null, proven.IsSealed ? new FrameSeal(keys.Client) : null);
        _reader = new FrameReader(WireLimits.MessageBytes, server.Budget, GoesOn);
        Access = handshake.Access;
        Client = handshake.Client;
        _server = server;
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "ZProc client connection" };
        _number = server.Core.Attach(this);
    }

    /// <summary>The client's id.</summary>
    public Guid Client { get; }

    /// <summary>What the client may do.</summary>
    public AccessLevel Access { get; }

    /// <summary>The time since the connection was opened.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_opened);

    /// <summary>Whether the server has not read or served yet what the client has sent. The client is not silent then.</summary>
    public bool IsBehind => _isServing || (!_isHeldUp && _socket.HasUnreceived);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Sends what waits, on the core's thread.</summary>
    public void Send() => _outlet?.Send();

    /// <summary>Ends the connection. Any thread may call it; the connection's own thread then ends.</summary>
    public void Close() => _socket.Close();

    /// <summary>Waits for the end of the thread.</summary>
    public bool Join(TimeSpan bound) => _thread.Join(bound);

    /// <summary>Serves a request, on the core's thread.</summary>
    public void ServeInCore(ReadOnlyMemory<byte> message)
    {
        lock (_coreGate)
        {
            _inCore--;
            Monitor.Pulse(_coreGate);
        }

        Message.Open(new ReadOnlySequence<byte>(message), out var body);
        var request = body.ReadInt64();
        body.Skip(); // the lowest number without a reply: the receiving thread has seen it
        _server.Dispatcher.Serve(_peer!, request, ref body);
    }

    /// <summary>Frees the sockets of a connection whose thread does not run.</summary>
    public void Dispose()
    {
        _server.Core.Post(CoreMessage.Detach, _number);
        _reader.Dispose();
        _socket.Dispose();
    }

    private void Run()
    {
        try
        {
            _collector.Begin();
            _peer = _server.Clients.Join(
                this, peer => _outlet = new Outlet(_server.Store, _socket, peer, _server.Pushes, () => _server.Core.Post(CoreMessage.Send, _number)));
            _collector.Send(_outlet); // the WELCOME
            while (_socket.Wait(SelectMode.SelectRead))
            {
                var status = _socket.Receive();
                if (status == ReceiveStatus.Closed)
                {
                    return;
                }

                _peer.NoteHeard();
                _isServing = true;
                while (_socket.TryTakeFrame(out var frame))
                {
                    _reader.Take(frame);
                    while (_reader.TryNext(out var message))
                    {
                        if (_outlet!.Waiting.IsFull)
                        {
                            WaitForRoom(_outlet);
                        }

                        if (!Handle(message))
                        {
                            return;
                        }
                    }
                }

                _reader.CheckPace(_socket.UntakenBytes);
                _collector.Send(_outlet);
                _isServing = false;
            }
        }
        catch (OperationCanceledException expected)
        {
            // Expected: the server or the connection ends while it waits for the budget of long messages.
            ZProcEventSource.Log.FaultCaught(nameof(ServerConnection), expected);
        }
#pragma warning disable CA1031 // one client's fault must not end the server for the others
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: broken frames, or no memory. The client's stream ends; a real client resumes over another connection.
            ZProcEventSource.Log.FaultCaught(nameof(ServerConnection), exception);
            _server.Statistics.CountMalformed();
        }
        finally
        {
            _collector.Send(own: null);
            if (_peer is not null)
            {
                _server.Clients.Disconnect(this, _peer);
            }

            Dispose();
        }
    }

    /// <returns>False when the client leaves.</returns>
    private bool Handle(in ReadOnlySequence<byte> message)
    {
        switch (Message.Open(message, out var body))
        {
            case MessageType.ClientHeartbeat:
                _outlet!.Acknowledge(body.ReadInt64());
                return true;
            case MessageType.Leave:
                _server.Clients.Forget(_peer!);
                return false;
            case MessageType.Request:
                WaitForCore();
                lock (_peer!.Serving)
                {
                    if (_peer.Connection != this)
                    {
                        return false; // the client sends the request again over its new connection
                    }

                    HandleRequest(message, body.ReadInt64(), body.ReadInt64(), ref body);
                    return true;
                }

            default:
                throw Message.Malformed("its type is unknown");
        }
    }

    /// <summary>Counts the wait for the budget of long messages as a sign of life: the client has sent more, which is not read yet.</summary>
    private bool GoesOn()
    {
        _peer!.NoteHeard();
        return !_socket.IsClosed;
    }

    private void HandleRequest(in ReadOnlySequence<byte> message, long request, long unresolved, ref MessagePackReader body)
    {
        object? outcome;
        try
        {
            if (_peer!.Begin(request, unresolved, out outcome))
            {
                Serve(message, request, ref body);
                return;
            }
        }
        catch (FaultException limit) when (limit.Fault == Fault.LimitReached)
        {
            _server.Dispatcher.Refuse(_peer!, request, limit);
            return;
        }

        if (outcome is not null)
        {
            _server.Dispatcher.ReplyAgain(_peer, request, outcome);
        }
    }

    private void Serve(in ReadOnlySequence<byte> message, long request, ref MessagePackReader body)
    {
        if (!IsForCore(body))
        {
            _server.Dispatcher.Serve(_peer!, request, ref body);
        }
        else if (message.Length > WireLimits.CoreRequestBytes)
        {
            _server.Dispatcher.ReplyAgain(_peer!, request, Message.Malformed("a request of its kind is never that long"));
        }
        else
        {
            lock (_coreGate)
            {
                _inCore++;
            }

            _server.Core.Post(CoreMessage.Request, _number, message.ToArray());
        }
    }

    /// <summary>Waits until the client takes replies.</summary>
    private void WaitForRoom(Outlet outlet)
    {
        _collector.Send(outlet);
        _isHeldUp = true;
        _isServing = false;
        outlet.Waiting.WaitForRoom(_socket);
        _isServing = true;
        _isHeldUp = false;
    }

    /// <summary>Waits while the core has too many requests of this client.</summary>
    private void WaitForCore()
    {
        if (Volatile.Read(ref _inCore) < WireLimits.CoreRequests)
        {
            return; // without the gate: only this thread adds to the count
        }

        lock (_coreGate)
        {
            while (_inCore >= WireLimits.CoreRequests && !_socket.IsClosed)
            {
                Monitor.Wait(_coreGate, WireLimits.HeartbeatInterval);
            }
        }
    }

    // A copy of the reader, so that the operation is read again by whoever serves the request.
    private static bool IsForCore(MessagePackReader body) => !body.End && RequestDispatcher.IsForCore((Operation)body.ReadByte());
}
