using System.Diagnostics;
using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// Serves a store to other processes. The parts: <see cref="Edge"/> (who gets in), <see cref="ServerConnection"/> (one for each
/// connection), <see cref="Outlet"/> (what goes out), <see cref="RequestDispatcher"/> (requests), <see cref="ClientTable"/> (clients) and
/// <see cref="ServerCore"/> (turns, subscriptions, periodic work). Dispose tells the clients and ends the server.
/// </summary>
public sealed class StateServer : IDisposable
{
    private static readonly TimeSpan CloseBound = TimeSpan.FromSeconds(1);

    private readonly ZeroMq _library = ZeroMq.Lease();
    private readonly Edge _edge;
    private long _lastTick = Stopwatch.GetTimestamp();
    private int _disposed;

    private StateServer(ConnectionString connection, Store store, Action<StateServer>? prepare, bool isPrivate = false)
    {
        Store = store;
        Clients = new ClientTable(Store);
        Dispatcher = new RequestDispatcher(Store, Statistics);
        Listener? listener = null;
        try
        {
            listener = isPrivate ? Listener.OpenPrivate(connection.Address) : Listener.Open(connection.Address);
            Connection = connection.At(listener.Address);
            Core = new ServerCore(Tick);
            Core.Start();
            if (Store.Folder is not null)
            {
                Store.Connection = Connection;
                Clients.Expect(SourceCleanup.FindSessions(Store).Where(session => session != Store.Incarnation));
                SourceCleanup.RunForEarlierServer(Store, resumesProcesses: prepare is not null);
            }

            prepare?.Invoke(this);

            _edge = new Edge(listener, Connection, Statistics, Accept);
        }
        catch
        {
            _disposed = 1;
            listener?.Dispose();
            Core?.Dispose();
            _library.Dispose();
            throw;
        }

        ZProcEventSource.Log.ServerStarted(Connection.Endpoint);
    }

    /// <summary>The state.</summary>
    public Store Store { get; }

    /// <summary>The server's address and secret.</summary>
    public ConnectionString Connection { get; }

    /// <summary>The server's counters.</summary>
    public ServerStatistics Statistics { get; } = new();

    /// <summary>How many clients are connected, each from another OS process or with another right.</summary>
    public int ConnectedClients => Clients.Connected;

    /// <summary>
    /// Called on the server's thread when a client asks the server to end. The callback must only signal another thread, which
    /// then disposes the server. Null, the default, refuses such requests.
    /// </summary>
    public Action? ShutdownRequested
    {
        get => Dispatcher.ShutdownRequested;
        set => Dispatcher.ShutdownRequested = value;
    }

    /// <summary>
    /// Whether another server will go on with the state, which is on disk: the end of this one is a signal from the system, and no wish
    /// of the user. Clients are not told of the end, and wait for the next server.
    /// </summary>
    public bool IsInterrupted { get; set; }

    /// <summary>DiskFailed: at the end of the server, updates that were acknowledged could not be written. Null when nothing is lost, and before the end.</summary>
    public FaultException? Loss { get; private set; }

    internal ServerCore Core { get; }

    internal ClientTable Clients { get; }

    internal RequestDispatcher Dispatcher { get; }

    internal PushCache Pushes { get; } = new();

    internal MessageBudget Budget { get; } = new(WireLimits.ServerMessageBytes);

    /// <summary>Starts a server.</summary>
    /// <param name="address">
    /// Where to listen; a port 0 is a free one. Null for a private Unix domain socket, or a free port of the loopback interface where
    /// there are no such sockets, or none can be made.
    /// </param>
    /// <param name="options">The limits of its store.</param>
    /// <param name="prepare">Called with the server before it accepts the first client; null for nothing.</param>
    /// <exception cref="FaultException">CannotConnect: the server cannot listen on the address.</exception>
    public static StateServer Start(ServerAddress? address = null, StoreOptions? options = null, Action<StateServer>? prepare = null) =>
        new(ConnectionString.Create(address ?? NewAddress()), new Store(options), prepare, isPrivate: address is null);

    /// <summary>Starts a server with a known address and secret, as a new incarnation of a server that has ended.</summary>
    /// <exception cref="FaultException">CannotConnect: the server cannot listen on the address. InvalidArgument: the string permits reading only.</exception>
    public static StateServer Start(ConnectionString connection, StoreOptions? options = null) => connection.Access == AccessLevel.Full
        ? new StateServer(connection, new Store(options), prepare: null)
        : throw new FaultException(Fault.InvalidArgument, "A server cannot start with a read-only connection string. Give it the full one.");

    /// <summary>Starts a server that keeps its state on disk, and goes on from the state that is there.</summary>
    /// <param name="durable">Where the state is.</param>
    /// <param name="address">Where to listen. Null for the address of the last server, which its clients know; a new one where there is none.</param>
    /// <param name="options">The limits of its store.</param>
    /// <param name="prepare">
    /// Called with the server before it accepts the first client. The callback goes on with the last server's processes that are kept
    /// for that. Null for nothing: they are lost.
    /// </param>
    /// <exception cref="FaultException">CannotConnect; InvalidArgument: the folder cannot be used; DirectoryInUse; DirectoryDamaged; DiskFailed.</exception>
    public static StateServer Start(DurableOptions durable, ServerAddress? address = null, StoreOptions? options = null, Action<StateServer>? prepare = null)
    {
        var store = Store.Open(durable, options);
        try
        {
            return Start(store, store.Connection, address, prepare);
        }
        catch
        {
            store.Close(new FaultException(Fault.ContextStopped, "The server could not start."));
            throw;
        }
    }

    /// <summary>Tells the clients that the context has stopped, and ends the server. The address is free when this returns.</summary>
    public void Dispose() => End(tellClients: !IsInterrupted);

    /// <summary>Ends the server as a crash would: clients are not told. For tests.</summary>
    internal void Abandon() => End(tellClients: false);

    /// <summary>Runs the periodic work at once. For tests.</summary>
    internal void TickNow() => Tick();

    /// <summary>Starts a server on a store, at its former address where that is free. Tests give a store with a journal of their own.</summary>
    internal static StateServer Start(Store store, ConnectionString? known, ServerAddress? address, Action<StateServer>? prepare)
    {
        if (known is null || address is not null)
        {
            return new StateServer(known?.At(address!) ?? ConnectionString.Create(address ?? NewAddress()), store, prepare, isPrivate: address is null);
        }

        if (known.Address is UnixAddress unix)
        {
            _ = SocketFolder.TryPrepare(Path.GetDirectoryName(unix.Path)!); // it may have gone with the last start of the machine
        }

        try
        {
            return new StateServer(known, store, prepare);
        }
        catch (FaultException expected) when (expected.Fault == Fault.CannotConnect)
        {
            // Expected: another program listens there now. Clients of the last server have to be told the new address.
            ZProcEventSource.Log.FaultCaught(nameof(StateServer), expected);
            return new StateServer(known.At(NewAddress()), store, prepare, isPrivate: true);
        }
    }

    private static ServerAddress NewAddress() => SocketFolder.NewAddress() ?? (ServerAddress)Listener.Loopback;

    private void End(bool tellClients)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (!tellClients)
        {
            // Clients that are told nothing wait for the next server. An answer of a closed store would end their watches.
            CloseEdge();
            CloseConnections(TimeSpan.Zero);
        }

        Loss = Store.Close(new FaultException(Fault.ContextStopped, "The context has been stopped."));
        if (tellClients)
        {
            CloseEdge();

            // A client that has the last message closes the connection.
            Clients.Broadcast(Message.Build(MessageType.Stopping, Loss is { } loss ? (ref MessagePackWriter writer) => FaultFormat.Write(ref writer, loss) : null));
            CloseConnections(CloseBound);
        }

        Core.Dispose();
        Clients.Clear();
        _library.Dispose();
        ZProcEventSource.Log.ServerStopped(Connection.Endpoint);
    }

    /// <summary>Lets no other client in.</summary>
    private void CloseEdge()
    {
        _edge.Dispose();
        Budget.Close();
    }

    /// <summary>Closes the connections that their clients do not close in time.</summary>
    private void CloseConnections(TimeSpan patience)
    {
        var until = Deadline.After(patience);
        foreach (var connection in Core.Connections)
        {
            connection.Join(until.Remaining);
            connection.Close();
        }

        foreach (var connection in Core.Connections)
        {
            connection.Join(CloseBound);
        }
    }

    /// <summary>Takes a connection over from the edge.</summary>
    private void Accept(UnprovenConnection proven)
    {
        ServerConnection? connection = null;
        try
        {
            connection = new ServerConnection(proven, this);
            connection.Start();
        }
#pragma warning disable CA1031 // the edge goes on for other clients
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Expected: the system has no thread or memory for another client now. The client tries again.
            ZProcEventSource.Log.FaultCaught(nameof(StateServer), exception);
            connection?.Dispose();
            proven.Socket.Dispose();
        }
    }

    private void Tick()
    {
        // A server that was suspended has not read its clients' signs of life yet, and they may have to reconnect.
        var isLate = Stopwatch.GetElapsedTime(_lastTick) > 2 * WireLimits.HeartbeatInterval;
        _lastTick = Stopwatch.GetTimestamp();
        if (isLate)
        {
            Clients.ForgiveSilence();
        }
        else
        {
            Clients.CheckSilence();
        }

        Clients.Broadcast(message: null);
    }
}
