using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using MessagePack;
using NetMQ;
using NetMQ.Monitoring;
using NetMQ.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// Serves a store over the network. One thread owns the socket and everything about clients. The store calls back on any thread;
/// its updates and replies reach the server's thread through one ordered queue. Dispose tells the clients and ends the server.
/// </summary>
public sealed class StateServer : IDisposable
{
    private const int ReceiveBatch = 256;
    private const long MaximumMessageBytes = 512L * 1024 * 1024;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private const long MaximumPushBytes = 3L << 29; // less than the largest array, because a growing buffer doubles

    private readonly ConnectionString _connection;
    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly RouterSocket _socket = new();
    private readonly NetMQPoller _poller;
    private readonly NetMQTimer _heartbeat = new(WireLimits.HeartbeatInterval);
    private readonly NetMQQueue<bool> _wakeUp = new(); // wakes the server's thread
    private readonly ConcurrentQueue<Outgoing> _outgoing = new();
    private readonly Dictionary<Guid, Handshake> _handshakes = [];
    private readonly Dictionary<Guid, Route> _routes = [];
    private readonly Dictionary<Guid, Peer> _peers = [];
    private readonly List<Route> _unsent = []; // routes with an open frame
    private readonly ManualResetEventSlim _ended = new();
    private int _isWoken; // 1 from a wake-up until the thread has emptied the queue
    private int _disposed;
    private int _thread;

    private StateServer(ConnectionString address, StoreOptions? options)
    {
        Store = new Store(options, update => Send(new Outgoing(update.Sequence, update, null, 0, null)));
        _socket.Options.SendHighWatermark = 0; // unbounded, because a full queue drops silently; credit bounds what is in flight
        _socket.Options.ReceiveHighWatermark = 0;
        _socket.Options.MaxMsgSize = WireLimits.FrameBytes + Proofs.TokenBytes;
        _socket.Options.Linger = TimeSpan.FromMilliseconds(500);

        try
        {
            if (address.IsEncrypted)
            {
                Curve.Protect(_socket, address);
            }

            _connection = address.Port == 0 ? address.WithPort(BindFreePort(address)) : Bind(address);
        }
        catch (Exception exception) when (exception is NetMQException or ArgumentException or FormatException)
        {
            _socket.Dispose();
            _heartbeat.Enable = false;
            _wakeUp.Dispose();
            _library.Dispose();
            throw new FaultException(
                Fault.CannotConnect,
                $"The server cannot listen on {address.Endpoint}: {(exception is AddressAlreadyInUseException ? "the port is in use." : "this machine does not have the address or may not use it.")} Choose another endpoint, or leave it out for a free port on this machine.",
                address.Endpoint,
                exception);
        }

        _poller = [_socket, _heartbeat, _wakeUp];
        _socket.ReceiveReady += (_, _) => Receive();
        _heartbeat.Elapsed += (_, _) => Tick();
        _wakeUp.ReceiveReady += (_, _) => OnWakeUp();
        _poller.RunAsync("ZProc server", isBackgroundThread: true);
        ZProcEventSource.Log.ServerStarted(_connection.Endpoint);
    }

    /// <summary>The state.</summary>
    public Store Store { get; }

    /// <summary>The server's address and secret.</summary>
    public ConnectionString Connection => _connection;

    /// <summary>
    /// Called on the server's thread when a client asks the server to end. The callback must only signal another thread, which
    /// then disposes the server. Null, the default, refuses such requests.
    /// </summary>
    public Action? ShutdownRequested { get; set; }

    /// <summary>The server's counters.</summary>
    public ServerStatistics Statistics { get; } = new();

    /// <summary>Starts a server.</summary>
    /// <param name="host">The address to listen on. Connections are encrypted on every address but a loopback one.</param>
    /// <param name="port">The port; null for a free one.</param>
    /// <param name="options">The limits of its store.</param>
    /// <exception cref="FaultException">CannotConnect: the server cannot listen on the address.</exception>
    public static StateServer Start(string host = "127.0.0.1", int? port = null, StoreOptions? options = null) =>
        Start(ConnectionString.Create(host, port ?? 0), options);

    /// <summary>Starts a server with a known address and secret, as a new incarnation of a server that has ended.</summary>
    /// <exception cref="FaultException">CannotConnect: the server cannot listen on the address.</exception>
    public static StateServer Start(ConnectionString address, StoreOptions? options = null) => new(address, options);

    /// <summary>Tells the clients that the context has stopped, and ends the server. The port is free when this returns.</summary>
    public void Dispose() => End(tellClients: true);

    private void End(bool tellClients)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Store.Close(new FaultException(Fault.ContextStopped, "The context has been stopped."));
        NetMQMonitor? listener = null;
        _poller.Run(() =>
        {
            Flush();
            foreach (var route in tellClients ? _routes.Values : Enumerable.Empty<Route>())
            {
                Deliver(route, Message.Build(MessageType.Stopping));
            }

            SendUnsent();

            // NetMQ closes the listener on its own thread and then raises this event: the port is free.
            listener = new NetMQMonitor(_socket, $"inproc://zproc-{Guid.NewGuid():N}", SocketEvents.Closed | SocketEvents.CloseFailed);
            listener.EventReceived += (_, _) => _ended.Set();
            listener.AttachToPoller(_poller);
            _socket.Unbind(_connection.Endpoint);
        });
        _ended.Wait(CloseTimeout);
        _poller.Run(() => listener?.Dispose()); // the listener's socket belongs to the server's thread
        _poller.Stop();
        _poller.Dispose();
        _socket.Dispose();
        _wakeUp.Dispose();
        _ended.Dispose();
        _library.Dispose();
        ZProcMeter.Clients.Add(-_peers.Count);
        ZProcMeter.Outgoing.Add(-_outgoing.Count);
        ZProcEventSource.Log.ServerStopped(_connection.Endpoint);
    }

    /// <summary>Ends the server as a crash would: clients are not told. For tests.</summary>
    internal void Abandon() => End(tellClients: false);

    /// <summary>Runs the periodic work at once. For tests.</summary>
    internal void TickNow() => _poller.Run(Tick);

    /// <summary>Queues an update or a reply. Any thread may call it, under the store's lock, so that the order is the store's.</summary>
    private void Send(in Outgoing outgoing)
    {
        _outgoing.Enqueue(outgoing);
        ZProcMeter.Outgoing.Add(1);

        // The server's own thread empties the queue after each batch of messages; any other thread has to wake it.
        if (Environment.CurrentManagedThreadId != Volatile.Read(ref _thread) && Interlocked.Exchange(ref _isWoken, 1) == 0 && _disposed == 0)
        {
            _wakeUp.Enqueue(true);
        }
    }

    private int BindFreePort(ConnectionString address) => _socket.BindRandomPort(address.Endpoint[..address.Endpoint.LastIndexOf(':')]);

    private ConnectionString Bind(ConnectionString address)
    {
        _socket.Bind(address.Endpoint);
        return address;
    }

    private void OnWakeUp()
    {
        while (_wakeUp.TryDequeue(out _, TimeSpan.Zero))
        {
        }

        do
        {
            Flush();
            Interlocked.Exchange(ref _isWoken, 0);
        }
        while (!_outgoing.IsEmpty && Interlocked.Exchange(ref _isWoken, 1) == 0);
    }

    private void Receive()
    {
        _thread = Environment.CurrentManagedThreadId;
        var part = default(Msg);
        part.InitEmpty();
        for (var taken = 0; taken < ReceiveBatch && _socket.TryReceive(ref part, TimeSpan.Zero);)
        {
            var isRoute = part.Size == 16;
            var id = isRoute ? new Guid(part.Slice()) : default;
            var parts = 0;
            while (part.HasMore && _socket.TryReceive(ref part, TimeSpan.Zero))
            {
                parts++;
            }

            if (isRoute && parts == 1)
            {
                taken += HandleFrame(id, part.SliceAsMemory());
            }
            else
            {
                taken++;
                Statistics.CountMalformed();
            }
        }

        part.Close();
        Flush();
    }

    /// <summary>Handles a frame.</summary>
    /// <returns>The work it was, in messages.</returns>
    private int HandleFrame(Guid id, ReadOnlyMemory<byte> frame)
    {
        var taken = 1;
        try
        {
            if (!_routes.TryGetValue(id, out var route))
            {
                HandleHandshake(id, frame.Span);
            }
            else if (frame.Length < Proofs.TokenBytes || !Proofs.Equal(frame.Span[..Proofs.TokenBytes], route.Token))
            {
                Statistics.CountRefused();
            }
            else
            {
                route.Peer.LastHeard = Stopwatch.GetTimestamp();
                route.Reader.Take(frame[Proofs.TokenBytes..]);
                for (; route.Peer.Route == route && route.Reader.TryNext(out var message); taken++)
                {
                    HandleMessage(route, message);
                }
            }
        }
#pragma warning disable CA1031 // one client's message must not end the server for the other clients
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: hostile or broken frames. The client's stream is lost; a real client notices the silence and reconnects.
            ZProcEventSource.Log.FaultCaught(nameof(StateServer), expected);
            Statistics.CountMalformed();
            Forget(id);
        }

        return taken;
    }

    private void HandleHandshake(Guid id, ReadOnlySpan<byte> frame)
    {
        if (frame.Length is 0 or > WireLimits.HandshakeFrameBytes)
        {
            Statistics.CountRefused();
            return;
        }

        var type = Message.Open(new ReadOnlySequence<byte>(frame.ToArray()), out var body);
        if (type == MessageType.Hello && body.ReadByte() == WireLimits.Version && _handshakes.Count < WireLimits.MaximumHandshakes)
        {
            var clientNonce = body.ReadBytes() is { Length: Proofs.NonceBytes } nonce
                ? nonce.ToArray()
                : throw Message.Malformed("a nonce is missing");
            var handshake = _handshakes[id] = new Handshake(clientNonce, Proofs.Nonce());
            SendFrame(id.ToByteArray(), Message.Build(MessageType.Challenge, (ref MessagePackWriter writer) =>
            {
                writer.Write(handshake.ServerNonce);
                writer.Write(Proofs.Server(_connection.Secret, handshake.ClientNonce, handshake.ServerNonce));
            }));
        }
        else if (type == MessageType.Proof && _handshakes.Remove(id, out var handshake))
        {
            var client = WireFormat.ReadGuid(ref body);
            var proof = body.ReadBytes()?.ToArray() ?? [];
            if (!Proofs.Equal(proof, Proofs.Client(_connection.Secret, handshake.ClientNonce, handshake.ServerNonce, client)))
            {
                Statistics.CountRefused();
                return;
            }

            Accept(id, client, Proofs.Token(_connection.Secret, handshake.ClientNonce, handshake.ServerNonce, client));
        }
        else
        {
            Statistics.CountRefused();
        }
    }

    private void Accept(Guid id, Guid client, byte[] token)
    {
        var isKnown = _peers.TryGetValue(client, out var peer);
        if (peer is null)
        {
            _peers.Add(client, peer = new Peer(client));
            ZProcMeter.Clients.Add(1);
        }
        else if (peer.Route is { } former)
        {
            Forget(former.Id);
        }

        peer.LastHeard = Stopwatch.GetTimestamp();
        peer.Route = new Route(id, token, peer, MaximumMessageBytes);
        _routes.Add(id, peer.Route);
        ZProcEventSource.Log.ClientJoined(client, isKnown);
        var welcome = new Welcome(Store.Sequence, Store.Incarnation, Environment.ProcessId, isKnown, Store.Options);
        Deliver(peer.Route, Message.Build(MessageType.Welcome, (ref MessagePackWriter writer) => WelcomeFormat.Write(ref writer, welcome)));
        SendUnsent();
    }

    private void HandleMessage(Route route, in ReadOnlySequence<byte> message)
    {
        switch (Message.Open(message, out var body))
        {
            case MessageType.ClientHeartbeat:
                route.Acknowledge(body.ReadInt64());
                CatchUp(route);
                break;
            case MessageType.Leave:
                Forget(route.Peer);
                break;
            case MessageType.Request:
                var request = body.ReadInt64();
                var unresolved = body.ReadInt64();
                if (route.Peer.Begin(request, unresolved, out var outcome))
                {
                    Serve(route, request, ref body);
                }
                else if (outcome is not null)
                {
                    Store.Locked(() => Reply(route.Peer, request, outcome));
                }

                break;
            default:
                throw Message.Malformed("its type is unknown");
        }
    }

    private void Serve(Route route, long request, ref MessagePackReader body)
    {
        var peer = route.Peer;
        ZProcMeter.Requests.Add(1);
        try
        {
            switch ((Operation)body.ReadByte())
            {
                case Operation.Ping:
                    ReplyNow(peer, request, () => EmptyReply.Instance);
                    break;
                case Operation.Get:
                    var (ns, key) = (WireFormat.ReadText(ref body), WireFormat.ReadText(ref body));
                    ReplyNow(peer, request, () => Store.Get(ns, key) is { } entry ? entry : EmptyReply.Instance);
                    break;
                case Operation.Snapshot:
                    ns = WireFormat.ReadText(ref body);
                    ReplyNow(peer, request, () => Store.GetSnapshot(ns));
                    break;
                case Operation.Commit:
                    var commit = new CommitTicket(
                        CommitFormat.ReadCommitRequest(ref body), peer.Id, (result, fault) => Reply(peer, request, (object?)result ?? fault!));
                    Store.Commit(commit);
                    KeepTicket(peer, request, commit);
                    break;
                case Operation.AcquireTurn:
                    ns = WireFormat.ReadText(ref body);
                    var turn = new TurnTicket(
                        ns, peer.Id, WireFormat.ReadGuid(ref body), (grant, fault) => Reply(peer, request, (object?)grant ?? fault!));
                    Store.AcquireTurn(turn);
                    KeepTicket(peer, request, turn);
                    break;
                case Operation.ReleaseTurn:
                    Store.ReleaseTurn(WireFormat.ReadText(ref body), body.ReadInt64());
                    ReplyNow(peer, request, () => EmptyReply.Instance);
                    break;
                case Operation.Withdraw:
                    Withdraw(peer, request, body.ReadInt64());
                    break;
                case Operation.Subscribe:
                    Subscribe(route, request, WireFormat.ReadText(ref body), WireFormat.ReadOptional(ref body));
                    break;
                case Operation.Unsubscribe:
                    route.Unsubscribe(WireFormat.ReadText(ref body));
                    ReplyNow(peer, request, () => EmptyReply.Instance);
                    break;
                case Operation.Updates:
                    ns = WireFormat.ReadText(ref body);
                    var since = WireFormat.ReadOptional(ref body);
                    ReplyNow(peer, request, () => Store.GetUpdates(ns, since, WireLimits.PageBytes));
                    break;
                case Operation.Summary:
                    ns = WireFormat.ReadText(ref body);
                    ReplyNow(peer, request, () => Store.Summarize(ns));
                    break;
                case Operation.Namespaces:
                    ReplyNow(peer, request, () => Store.GetNamespaces());
                    break;
                case Operation.Shutdown:
                    var shutdown = ShutdownRequested;
                    ReplyNow(peer, request, () => shutdown is not null ? EmptyReply.Instance : new FaultException(
                        Fault.InvalidArgument, "This server ends with the session that started it. Run Stop-ZProcContext in that session."));
                    shutdown?.Invoke();
                    break;
                case Operation.EndSource:
                    SourceCleanup.Run(Store, WireFormat.ReadGuid(ref body));
                    ReplyNow(peer, request, () => EmptyReply.Instance);
                    break;
                default:
                    throw Message.Malformed("its operation is unknown");
            }
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            Statistics.CountMalformed();
            ReplyNow(peer, request, () => exception as FaultException ?? Message.Malformed("it ends too early or has the wrong parts"));
        }
    }

    /// <summary>Keeps the ticket of a request that waits in the store, so that it can be withdrawn.</summary>
    private static void KeepTicket(Peer peer, long request, Ticket ticket)
    {
        if (ticket.Place is not null)
        {
            peer.Tickets[request] = ticket;
        }
    }

    private void Withdraw(Peer peer, long request, long earlier)
    {
        if (peer.Tickets.Remove(earlier, out var ticket) && Store.Withdraw(ticket))
        {
            var fault = new FaultException(Fault.Timeout, "The request was withdrawn.");
            Store.Locked(() => Reply(peer, earlier, fault));
        }

        ReplyNow(peer, request, () => EmptyReply.Instance);
    }

    private void Subscribe(Route route, long request, string ns, long? since) => ReplyNow(route.Peer, request, () => Store.Follow<object>(ns, feed =>
    {
        if (since is { } revision)
        {
            // The client resumes: the updates that it missed are sent from the log.
            feed.Log.CheckKept(revision + 1);
            route.Subscribe(ns, feed, revision, began: 0);
            route.IsBehind = true;
            return EmptyReply.Instance;
        }

        if (route.Subscriptions.TryGetValue(ns, out var former))
        {
            former.Began = Store.Sequence; // the client still gets every update before its snapshot
        }
        else
        {
            route.Subscribe(ns, feed, feed.Log.Revision, Store.Sequence);
        }

        return Store.GetSnapshot(ns);
    }));

    /// <summary>Executes a request and queues its reply in one step of the store's order.</summary>
    private void ReplyNow(Peer peer, long request, Func<object> work) => Store.Locked(() =>
    {
        object outcome;
        try
        {
            outcome = work();
        }
        catch (FaultException fault)
        {
            outcome = fault;
        }

        return Reply(peer, request, outcome);
    });

    /// <summary>Queues a reply. The caller holds the store's lock.</summary>
    private bool Reply(Peer peer, long request, object outcome)
    {
        peer.Resolve(request, outcome);
        Send(new Outgoing(Store.Sequence, null, peer, request, outcome));
        return true;
    }

    /// <summary>Sends the queued updates and replies.</summary>
    private void Flush()
    {
        while (_outgoing.TryDequeue(out var next))
        {
            ZProcMeter.Outgoing.Add(-1);
            if (next.Update is { } update)
            {
                Push(update);
            }
            else if (next.Peer!.Route is { } route)
            {
                if (route.IsBehind || !route.HasCredit)
                {
                    route.IsBehind = true;
                    route.Replies.Enqueue(next);
                    CatchUp(route);
                }
                else
                {
                    Deliver(route, next);
                    if (route.Parts is not null)
                    {
                        CatchUp(route);
                    }
                }
            }
        }

        SendUnsent();
    }

    private void Push(Update update)
    {
        byte[]? message = null;
        foreach (var route in _routes.Values)
        {
            if (!route.Subscriptions.TryGetValue(update.Namespace, out var subscription) || subscription.Revision >= update.Revision)
            {
                continue;
            }

            if (route.IsBehind || !route.HasCredit)
            {
                route.IsBehind = true; // the update stays in the log until there is credit
                continue;
            }

            try
            {
                message ??= PushMessage(update); // encoded once for all subscribers
                subscription.Revision = update.Revision;
                Deliver(route, message);
            }
            catch (FaultException fault)
            {
                EndPushes(route, update.Namespace, fault);
            }
        }
    }

    /// <summary>Encodes an update.</summary>
    /// <exception cref="FaultException">ValueTooLarge: the update exceeds the largest array, as when a state of gigabytes is removed at once.</exception>
    private static byte[] PushMessage(Update update) => update.Size < MaximumPushBytes
        ? Message.Build(MessageType.Push, update, static (ref MessagePackWriter writer, Update update) => UpdateFormat.Write(ref writer, update))
        : throw new FaultException(
            Fault.ValueTooLarge,
            $"Revision {update.Revision} of the namespace '{update.Namespace}' changed {update.Size:N0} bytes at once, which is too much for one message. Read the state as it is now and watch from there.",
            update.Namespace);

    private void EndPushes(Route route, string ns, FaultException fault)
    {
        route.Unsubscribe(ns);
        Deliver(route, Message.Build(MessageType.PushesEnded, (ref MessagePackWriter writer) =>
        {
            writer.Write(ns);
            FaultFormat.Write(ref writer, fault);
        }));
    }

    /// <summary>Sends a client that is behind as much as its credit allows, in the store's order.</summary>
    private void CatchUp(Route route)
    {
        while (route.IsBehind && route.HasCredit)
        {
            if (route.Parts is { } parts)
            {
                SendPart(route, parts);
                continue;
            }

            if (SendUpdates(route))
            {
                continue;
            }

            string? lost = null;
            try
            {
                var next = Store.Locked(() => route.Next(out lost));
                if (next.IsReply)
                {
                    Deliver(route, route.Replies.Dequeue());
                }
                else if (next.Update is { } update)
                {
                    lost = update.Namespace;
                    next.Subscription!.Revision = update.Revision;
                    Deliver(route, PushMessage(update));
                }
                else
                {
                    route.IsBehind = false;
                }
            }
            catch (FaultException fault) when (lost is not null)
            {
                EndPushes(route, lost, fault);
            }
        }

        SendWaiting(route);
    }

    /// <summary>Sends updates that a client lacks, as many as its credit allows.</summary>
    /// <returns>Whether the client lacked any.</returns>
    private bool SendUpdates(Route route)
    {
        var updates = Store.Locked(route.NextUpdates);
        foreach (var (subscription, update) in updates)
        {
            if (!route.HasCredit)
            {
                break;
            }

            if (!route.Subscriptions.ContainsKey(update.Namespace))
            {
                continue; // an earlier update in this list ended the subscription
            }

            try
            {
                subscription.Revision = update.Revision;
                Deliver(route, PushMessage(update));
            }
            catch (FaultException fault)
            {
                EndPushes(route, update.Namespace, fault);
            }
        }

        return updates.Count > 0;
    }

    private void SendPart(Route route, SnapshotParts parts)
    {
        if (parts.TryNext(out var part))
        {
            Deliver(route, part);
        }
        else
        {
            route.Parts = null;
            Deliver(route, parts.Reply);
        }
    }

    private void Deliver(Route route, in Outgoing reply)
    {
        if (reply.Outcome is Snapshot snapshot && SnapshotParts.AreNeeded(snapshot))
        {
            route.Parts = new SnapshotParts(reply, snapshot);
            route.IsBehind = true; // everything else waits for the parts
            return;
        }

        byte[] message;
        try
        {
            message = Replies.Build(reply);
        }
#pragma warning disable CA1031 // a reply that cannot be encoded must not end the server
        catch (Exception exception)
#pragma warning restore CA1031
        {
            message = Replies.Build(reply with
            {
                Outcome = new FaultException(Fault.ValueTooLarge, $"The reply cannot be sent: {exception.Message} Ask for less at a time.", null, exception),
            });
        }

        NoteUnsent(route);
        route.EnqueueReply(reply.Request, message);
    }

    private void Deliver(Route route, ReadOnlySpan<byte> message)
    {
        NoteUnsent(route);
        route.Enqueue(message);
    }

    /// <summary>Notes that a route gets an open frame, which <see cref="SendUnsent"/> will send.</summary>
    private void NoteUnsent(Route route)
    {
        if (!route.IsFrameOpen)
        {
            _unsent.Add(route);
        }
    }

    private void SendUnsent()
    {
        foreach (var route in _unsent)
        {
            SendWaiting(route);
        }

        _unsent.Clear();
    }

    private void SendWaiting(Route route)
    {
        route.CloseFrame();
        while (route.TryDequeue(out var frame))
        {
            SendFrame(route.Address, frame);
        }
    }

    private void SendFrame(byte[] address, byte[] frame)
    {
        if (_socket.TrySendFrame(TimeSpan.Zero, address, more: true))
        {
            _socket.TrySendFrame(TimeSpan.Zero, frame);
        }
    }

    private void Forget(Guid id)
    {
        _handshakes.Remove(id);
        if (_routes.Remove(id, out var route))
        {
            route.Peer.Route = null;
            route.Close();
        }
    }

    private void Forget(Peer peer)
    {
        if (_peers.Remove(peer.Id))
        {
            ZProcMeter.Clients.Add(-1);
            ZProcEventSource.Log.ClientGone(peer.Id, peer.Silence.TotalSeconds);
        }

        if (peer.Route is { } route)
        {
            Forget(route.Id);
        }

        peer.EndRetained();
        Store.EndClient(peer.Id);
    }

    private void Tick()
    {
        _thread = Environment.CurrentManagedThreadId;
        foreach (var (id, handshake) in _handshakes.ToArray())
        {
            if (Stopwatch.GetElapsedTime(handshake.Began) > WireLimits.HandshakeTimeout)
            {
                _handshakes.Remove(id);
            }
        }

        foreach (var peer in _peers.Values.ToArray())
        {
            if (peer.Silence > WireLimits.SessionTimeout)
            {
                Forget(peer);
                SourceCleanup.Run(Store, peer.Id);
            }
            else if (peer.Silence > WireLimits.SilenceTimeout)
            {
                Store.RevokeTurns(peer.Id);
            }
            else if (peer.Route is { } route && route.Age > WireLimits.SessionTimeout)
            {
                peer.EndRetained(); // by now the client has resumed its subscriptions
            }
        }

        var sequence = Store.Locked(() => Store.Sequence); // before the flush, so that everything up to this sequence has been sent
        Flush();
        var heartbeat = Message.Build(MessageType.ServerHeartbeat, (ref MessagePackWriter writer) => writer.Write(sequence));
        foreach (var route in _routes.Values)
        {
            CatchUp(route);
            if (route.HasCredit)
            {
                Deliver(route, heartbeat);
            }
        }

        SendUnsent();
    }
}
