using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using MessagePack;
using NetMQ;
using NetMQ.Monitoring;
using NetMQ.Sockets;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The store on the network. One thread owns the socket and everything about clients; the store calls back on any
/// thread, and what it says goes through one ordered queue to that thread. Dispose tells the clients and ends it.
/// </summary>
public sealed class StateServer : IDisposable
{
    private const int ReceiveBatch = 256;
    private const long MaximumMessageBytes = 512L * 1024 * 1024;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private const long MaximumPushBytes = 3L << 29; // an array's limit, with room for how buffers grow

    private readonly ConnectionString _connection;
    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly RouterSocket _socket = new();
    private readonly NetMQPoller _poller;
    private readonly NetMQTimer _tick = new(WireLimits.Beat);
    private readonly NetMQQueue<bool> _doorbell = new();
    private readonly ConcurrentQueue<Outgoing> _outgoing = new();
    private readonly Dictionary<Guid, Stranger> _strangers = [];
    private readonly Dictionary<Guid, Route> _routes = [];
    private readonly Dictionary<Guid, Peer> _peers = [];
    private readonly List<Route> _unsent = []; // routes with a frame that is not closed
    private readonly ManualResetEventSlim _ended = new();
    private int _rung;
    private int _disposed;
    private int _thread;

    private StateServer(ConnectionString address, StoreOptions? options)
    {
        Store = new Store(options, update => Send(new Outgoing(update.Sequence, update, null, 0, null)));
        _socket.Options.SendHighWatermark = 0; // a full queue would drop silently; credit bounds what is in flight
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
            _tick.Enable = false;
            _doorbell.Dispose();
            _library.Dispose();
            throw new FaultException(
                Fault.CannotConnect,
                $"The server cannot listen on {address.Endpoint}: {(exception is AddressAlreadyInUseException ? "the port is in use." : "this machine has no such address, or may not use it.")} Choose another endpoint, or none for a free port of this machine.",
                address.Endpoint,
                exception);
        }

        _poller = [_socket, _tick, _doorbell];
        _socket.ReceiveReady += (_, _) => Receive();
        _tick.Elapsed += (_, _) => Tick();
        _doorbell.ReceiveReady += (_, _) => AnswerDoorbell();
        _poller.RunAsync("ZProc server", isBackgroundThread: true);
    }

    /// <summary>The state.</summary>
    public Store Store { get; }

    /// <summary>How to reach it, secret included.</summary>
    public ConnectionString Connection => _connection;

    /// <summary>
    /// Called, on the server's thread, when a client asks for its end: it must only signal whoever will dispose of it.
    /// Null, the default, refuses such requests.
    /// </summary>
    public Action? ShutdownRequested { get; set; }

    /// <summary>What it counted.</summary>
    public ServerStatistics Statistics { get; } = new();

    /// <summary>Starts a server.</summary>
    /// <param name="host">The address to listen on. On any but loopback, connections are encrypted.</param>
    /// <param name="port">The port; null for a free one.</param>
    /// <param name="options">The limits of its store.</param>
    /// <exception cref="FaultException">CannotConnect: the address cannot be listened on.</exception>
    public static StateServer Start(string host = "127.0.0.1", int? port = null, StoreOptions? options = null) =>
        Start(ConnectionString.Create(host, port ?? 0), options);

    /// <summary>Starts a server at a known address, with a known secret: in the place of one that has ended, as a new incarnation.</summary>
    /// <exception cref="FaultException">CannotConnect: the address cannot be listened on.</exception>
    public static StateServer Start(ConnectionString address, StoreOptions? options = null) => new(address, options);

    /// <summary>Ends it: clients are told that the context has stopped, and the port is free when this returns.</summary>
    public void Dispose() => End(farewell: true);

    private void End(bool farewell)
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
            foreach (var route in farewell ? _routes.Values : Enumerable.Empty<Route>())
            {
                Deliver(route, Message.Build(MessageType.Stopping));
            }

            SendUnsent();

            // NetMQ closes the listener on its own thread; its event says when the port is free again.
            listener = new NetMQMonitor(_socket, $"inproc://zproc-{Guid.NewGuid():N}", SocketEvents.Closed | SocketEvents.CloseFailed);
            listener.EventReceived += (_, _) => _ended.Set();
            listener.AttachToPoller(_poller);
            _socket.Unbind(_connection.Endpoint);
        });
        _ended.Wait(CloseTimeout);
        _poller.Run(() => listener?.Dispose()); // its socket is that thread's alone
        _poller.Stop();
        _poller.Dispose();
        _socket.Dispose();
        _doorbell.Dispose();
        _ended.Dispose();
        _library.Dispose();
    }

    /// <summary>Ends it as a crash would: nobody is told. For tests.</summary>
    internal void Abandon() => End(farewell: false);

    /// <summary>Does at once what is done every second. For tests.</summary>
    internal void TickNow() => _poller.Run(Tick);

    /// <summary>Queues something to be sent. Any thread, under the store's lock, so that the order is the store's.</summary>
    private void Send(in Outgoing outgoing)
    {
        _outgoing.Enqueue(outgoing);

        // On the server's own thread the queue is emptied after each batch of messages; others have to wake it.
        if (Environment.CurrentManagedThreadId != Volatile.Read(ref _thread) && Interlocked.Exchange(ref _rung, 1) == 0 && _disposed == 0)
        {
            _doorbell.Enqueue(true);
        }
    }

    private int BindFreePort(ConnectionString address) => _socket.BindRandomPort(address.Endpoint[..address.Endpoint.LastIndexOf(':')]);

    private ConnectionString Bind(ConnectionString address)
    {
        _socket.Bind(address.Endpoint);
        return address;
    }

    private void AnswerDoorbell()
    {
        while (_doorbell.TryDequeue(out _, TimeSpan.Zero))
        {
        }

        do
        {
            Flush();
            Interlocked.Exchange(ref _rung, 0);
        }
        while (!_outgoing.IsEmpty && Interlocked.Exchange(ref _rung, 1) == 0);
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
                taken += Take(id, part.SliceAsMemory());
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

    /// <summary>Takes a frame.</summary>
    /// <returns>How much work it was, in messages.</returns>
    private int Take(Guid id, ReadOnlyMemory<byte> frame)
    {
        var taken = 1;
        try
        {
            if (!_routes.TryGetValue(id, out var route))
            {
                TakeFromStranger(id, frame.Span);
            }
            else if (frame.Length < Proofs.TokenBytes || !Proofs.Equal(frame.Span[..Proofs.TokenBytes], route.Token))
            {
                Statistics.CountRefused();
            }
            else
            {
                route.Peer.Heard = Stopwatch.GetTimestamp();
                route.Reader.Take(frame[Proofs.TokenBytes..]);
                for (; route.Peer.Route == route && route.Reader.TryNext(out var message); taken++)
                {
                    TakeFromClient(route, message);
                }
            }
        }
#pragma warning disable CA1031 // one client's message must not end the server for the others
        catch (Exception)
#pragma warning restore CA1031
        {
            // The stream of this client is broken. It hears nothing more here, and connects anew.
            Statistics.CountMalformed();
            Forget(id);
        }

        return taken;
    }

    private void TakeFromStranger(Guid id, ReadOnlySpan<byte> frame)
    {
        if (frame.Length is 0 or > WireLimits.StrangerFrameBytes)
        {
            Statistics.CountRefused();
            return;
        }

        var type = Message.Open(new ReadOnlySequence<byte>(frame.ToArray()), out var body);
        if (type == MessageType.Hello && body.ReadByte() == WireLimits.Version && _strangers.Count < WireLimits.Strangers)
        {
            var clientNonce = body.ReadBytes() is { Length: Proofs.NonceBytes } nonce
                ? nonce.ToArray()
                : throw WireFormat.Malformed("a nonce is missing");
            var stranger = _strangers[id] = new Stranger(clientNonce, Proofs.Nonce());
            SendFrame(id.ToByteArray(), Message.Build(MessageType.Challenge, (ref MessagePackWriter writer) =>
            {
                writer.Write(stranger.ServerNonce);
                writer.Write(Proofs.Server(_connection.Secret, stranger.ClientNonce, stranger.ServerNonce));
            }));
        }
        else if (type == MessageType.Proof && _strangers.Remove(id, out var stranger))
        {
            var client = WireFormat.ReadGuid(ref body);
            var proof = body.ReadBytes()?.ToArray() ?? [];
            if (!Proofs.Equal(proof, Proofs.Client(_connection.Secret, stranger.ClientNonce, stranger.ServerNonce, client)))
            {
                Statistics.CountRefused();
                return;
            }

            Welcome(id, client, Proofs.Token(_connection.Secret, stranger.ClientNonce, stranger.ServerNonce, client));
        }
        else
        {
            Statistics.CountRefused();
        }
    }

    private void Welcome(Guid id, Guid client, byte[] token)
    {
        var isKnown = _peers.TryGetValue(client, out var peer);
        if (peer is null)
        {
            _peers.Add(client, peer = new Peer(client));
        }
        else if (peer.Route is { } former)
        {
            Forget(former.Id);
        }

        peer.Heard = Stopwatch.GetTimestamp();
        peer.Route = new Route(id, token, peer, MaximumMessageBytes);
        _routes.Add(id, peer.Route);
        Deliver(peer.Route, Message.Build(MessageType.Welcome, (ref MessagePackWriter writer) =>
        {
            writer.Write(Store.Sequence);
            WireFormat.Write(ref writer, Store.Incarnation);
            writer.Write(Environment.ProcessId);
            writer.Write(isKnown); // if not, nobody remembers what its requests came to
            WireFormat.Write(ref writer, Store.Options);
        }));
        SendUnsent();
    }

    private void TakeFromClient(Route route, in ReadOnlySequence<byte> message)
    {
        switch (Message.Open(message, out var body))
        {
            case MessageType.ClientBeat:
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
                    Store.Locked(() => Answer(route.Peer, request, outcome));
                }

                break;
            default:
                throw WireFormat.Malformed("its type is unknown");
        }
    }

    private void Serve(Route route, long request, ref MessagePackReader body)
    {
        var peer = route.Peer;
        try
        {
            switch ((Operation)body.ReadByte())
            {
                case Operation.Ping:
                    AnswerNow(peer, request, () => Nothing.Instance);
                    break;
                case Operation.Get:
                    var (ns, key) = (WireFormat.ReadText(ref body), WireFormat.ReadText(ref body));
                    AnswerNow(peer, request, () => Store.Get(ns, key) is { } entry ? entry : Nothing.Instance);
                    break;
                case Operation.Snapshot:
                    ns = WireFormat.ReadText(ref body);
                    AnswerNow(peer, request, () => Store.GetSnapshot(ns));
                    break;
                case Operation.Commit:
                    var commit = new CommitTicket(
                        WireFormat.ReadCommitRequest(ref body), peer.Id, (result, fault) => Answer(peer, request, (object?)result ?? fault!));
                    Store.Commit(commit);
                    Remember(peer, request, commit);
                    break;
                case Operation.AcquireTurn:
                    ns = WireFormat.ReadText(ref body);
                    var turn = new TurnTicket(
                        ns, peer.Id, WireFormat.ReadGuid(ref body), (grant, fault) => Answer(peer, request, (object?)grant ?? fault!));
                    Store.AcquireTurn(turn);
                    Remember(peer, request, turn);
                    break;
                case Operation.ReleaseTurn:
                    Store.ReleaseTurn(WireFormat.ReadText(ref body), body.ReadInt64());
                    AnswerNow(peer, request, () => Nothing.Instance);
                    break;
                case Operation.Withdraw:
                    Withdraw(peer, request, body.ReadInt64());
                    break;
                case Operation.Subscribe:
                    Subscribe(route, request, WireFormat.ReadText(ref body), WireFormat.ReadOptional(ref body));
                    break;
                case Operation.Unsubscribe:
                    route.Unsubscribe(WireFormat.ReadText(ref body));
                    AnswerNow(peer, request, () => Nothing.Instance);
                    break;
                case Operation.Updates:
                    ns = WireFormat.ReadText(ref body);
                    var since = WireFormat.ReadOptional(ref body);
                    AnswerNow(peer, request, () => Store.GetUpdates(ns, since, WireLimits.PageBytes));
                    break;
                case Operation.Summary:
                    ns = WireFormat.ReadText(ref body);
                    AnswerNow(peer, request, () => Store.Summarize(ns));
                    break;
                case Operation.Namespaces:
                    AnswerNow(peer, request, () => Store.GetNamespaces());
                    break;
                case Operation.Shutdown:
                    var shutdown = ShutdownRequested;
                    AnswerNow(peer, request, () => shutdown is not null ? Nothing.Instance : new FaultException(
                        Fault.InvalidArgument, "This server belongs to the session that started it, and ends with Stop-ZProcContext there."));
                    shutdown?.Invoke();
                    break;
                case Operation.EndSource:
                    SourceCleanup.Run(Store, WireFormat.ReadGuid(ref body));
                    AnswerNow(peer, request, () => Nothing.Instance);
                    break;
                default:
                    throw WireFormat.Malformed("its operation is unknown");
            }
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            Statistics.CountMalformed();
            AnswerNow(peer, request, () => exception as FaultException ?? WireFormat.Malformed("it ends too early or has the wrong parts"));
        }
    }

    /// <summary>Keeps a request that waits, so that it can be withdrawn.</summary>
    private static void Remember(Peer peer, long request, Ticket ticket)
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
            Store.Locked(() => Answer(peer, earlier, fault));
        }

        AnswerNow(peer, request, () => Nothing.Instance);
    }

    private void Subscribe(Route route, long request, string ns, long? since) => AnswerNow(route.Peer, request, () => Store.Follow<object>(ns, feed =>
    {
        if (since is { } revision)
        {
            // A client that resumes: what it missed follows from the log.
            feed.Log.CheckKept(revision + 1);
            route.Subscribe(ns, feed, revision, began: 0);
            route.IsBehind = true;
            return Nothing.Instance;
        }

        if (route.Subscriptions.TryGetValue(ns, out var former))
        {
            former.Began = Store.Sequence; // it is still sent all that lies before
        }
        else
        {
            route.Subscribe(ns, feed, feed.Log.Revision, Store.Sequence);
        }

        return Store.GetSnapshot(ns);
    }));

    /// <summary>Works out an answer and queues it in one step of the store's order.</summary>
    private void AnswerNow(Peer peer, long request, Func<object> work) => Store.Locked(() =>
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

        return Answer(peer, request, outcome);
    });

    /// <summary>Queues an answer. The caller holds the store's lock.</summary>
    private bool Answer(Peer peer, long request, object outcome)
    {
        peer.Resolve(request, outcome);
        Send(new Outgoing(Store.Sequence, null, peer, request, outcome));
        return true;
    }

    /// <summary>Sends what is queued.</summary>
    private void Flush()
    {
        while (_outgoing.TryDequeue(out var next))
        {
            if (next.Update is { } update)
            {
                Push(update);
            }
            else if (next.Peer!.Route is { } route)
            {
                if (route.IsBehind || !route.HasCredit)
                {
                    route.IsBehind = true;
                    route.Answers.Enqueue(next);
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
                route.IsBehind = true; // it stays in the log until there is credit
                continue;
            }

            try
            {
                message ??= PushMessage(update); // encoded once for all
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
    /// <exception cref="FaultException">ValueTooLarge: it is more than an array holds, as when all of a state of gigabytes is removed at once.</exception>
    private static byte[] PushMessage(Update update) => update.Size < MaximumPushBytes
        ? Message.Build(MessageType.Push, update, static (ref MessagePackWriter writer, Update update) => WireFormat.Write(ref writer, update))
        : throw new FaultException(
            Fault.ValueTooLarge,
            $"Revision {update.Revision} of the namespace '{update.Namespace}' changed {update.Size:N0} bytes at once, which cannot be sent. Read the state as it is now and go on from there.",
            update.Namespace);

    private void EndPushes(Route route, string ns, FaultException fault)
    {
        route.Unsubscribe(ns);
        Deliver(route, Message.Build(MessageType.PushesEnded, (ref MessagePackWriter writer) =>
        {
            writer.Write(ns);
            WireFormat.Write(ref writer, fault);
        }));
    }

    /// <summary>Sends a client that is behind what its credit allows, in the store's order.</summary>
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
                if (next.IsAnswer)
                {
                    Deliver(route, route.Answers.Dequeue());
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

    /// <summary>Sends updates that a client lacks, as far as its credit goes.</summary>
    /// <returns>Whether there were any.</returns>
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
                continue; // ended by the one before
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
            Deliver(route, parts.Answer);
        }
    }

    private void Deliver(Route route, in Outgoing answer)
    {
        if (answer.Outcome is Snapshot snapshot && SnapshotParts.AreNeeded(snapshot))
        {
            route.Parts = new SnapshotParts(answer, snapshot);
            route.IsBehind = true; // all else waits behind it
            return;
        }

        byte[] message;
        try
        {
            message = Replies.Build(answer);
        }
#pragma warning disable CA1031 // whatever it is that one answer cannot be written for, the server goes on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            message = Replies.Build(answer with
            {
                Outcome = new FaultException(Fault.ValueTooLarge, $"The answer cannot be sent: {exception.Message} Ask for less at once.", null, exception),
            });
        }

        NoteUnsent(route);
        route.EnqueueAnswer(answer.Request, message);
    }

    private void Deliver(Route route, ReadOnlySpan<byte> message)
    {
        NoteUnsent(route);
        route.Enqueue(message);
    }

    /// <summary>What is added to a route goes out with all that is added to it at the same time.</summary>
    private void NoteUnsent(Route route)
    {
        if (!route.IsOpen)
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
        _strangers.Remove(id);
        if (_routes.Remove(id, out var route))
        {
            route.Peer.Route = null;
            route.Close();
        }
    }

    private void Forget(Peer peer)
    {
        _peers.Remove(peer.Id);
        if (peer.Route is { } route)
        {
            Forget(route.Id);
        }

        peer.LetGo();
        Store.EndClient(peer.Id);
    }

    private void Tick()
    {
        _thread = Environment.CurrentManagedThreadId;
        foreach (var (id, stranger) in _strangers.ToArray())
        {
            if (Stopwatch.GetElapsedTime(stranger.Since) > WireLimits.StrangerPatience)
            {
                _strangers.Remove(id);
            }
        }

        foreach (var peer in _peers.Values.ToArray())
        {
            if (peer.Silence > WireLimits.Memory)
            {
                Forget(peer);
                SourceCleanup.Run(Store, peer.Id);
            }
            else if (peer.Silence > WireLimits.Silence)
            {
                Store.RevokeTurns(peer.Id);
            }
            else if (peer.Route is { } route && route.Age > WireLimits.Memory)
            {
                peer.LetGo(); // by now it has resumed what it wants
            }
        }

        var sequence = Store.Locked(() => Store.Sequence); // before the queue is emptied: what is told of has been sent
        Flush();
        var beat = Message.Build(MessageType.ServerBeat, (ref MessagePackWriter writer) => writer.Write(sequence));
        foreach (var route in _routes.Values)
        {
            CatchUp(route);
            if (route.HasCredit)
            {
                Deliver(route, beat);
            }
        }

        SendUnsent();
    }
}
