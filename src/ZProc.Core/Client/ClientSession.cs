using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// A remote client's session with a server, over all its connections: the pending requests, the replicas, and the sequence that the
/// stream has reached. Replies and updates come in one stream and are handled in order, by one thread at a time, so
/// the replicas show every update before a reply that came after it.
/// </summary>
internal sealed class ClientSession : IConnectionUser, IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly string _endpoint;
    private readonly Connection _connection;
    private bool _isDurable; // the state outlives the server
    private long _seen; // the newest sequence that this process knew of when the last connection was lost

    private ClientSession(ConnectionString address, Guid id)
    {
        _endpoint = address.Endpoint;
        _connection = new Connection(address, id, this);
        Requests = new RequestTable(_connection.Enqueue, _connection.Flush, _connection.Wait);
        Replicas = new Replicas(Requests);
    }

    /// <summary>The requests without a reply. Its gate also guards the replicas.</summary>
    public RequestTable Requests { get; }

    /// <summary>This process's copies of namespaces.</summary>
    public Replicas Replicas { get; }

    /// <summary>The newest sequence that this process knows of.</summary>
    public ObservedSequence Sequence { get; } = new();

    /// <summary>The id of the server's start; empty before the first connection.</summary>
    public Guid Incarnation { get; private set; }

    /// <summary>The server's OS process id.</summary>
    public int ServerProcessId { get; private set; }

    /// <summary>Called on the connection's thread after a reconnect to a server that had ended this session. It must only signal.</summary>
    public Action? Forgotten { get; set; }

    /// <summary>Called on the connection's thread while no server of the durable state can be reached and something waits for it. It must only signal.</summary>
    public Action? Unreachable { get; set; }

    /// <summary>Why no next server of the durable state could be started; null when that is not known.</summary>
    public string? StartFailure { get; set; }

    /// <summary>Signalled when the session has ended.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Connects to a server.</summary>
    /// <param name="address">The server's address and secret.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect.</exception>
    public static ClientSession Connect(ConnectionString address, Guid id, Deadline deadline, CancellationToken cancellation)
    {
        var session = new ClientSession(address, id);
        try
        {
            session._connection.Open(deadline, cancellation);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Sends the queued requests soon: those in quick succession share a frame.</summary>
    public void FlushSoon() => _connection.FlushSoon();

    /// <summary>Leaves the server. Requests that are queued are sent first, as far as the server takes them now.</summary>
    public void Dispose()
    {
        _connection.SendNow();
        End(
            new FaultException(Fault.ContextStopped, "This session has left the context. Connect to it again."),
            new FaultException(
                Fault.ConnectionLost,
                "This session left the context before the server had answered, so the outcome of this write is unknown. Read the state before you write again."));
        _connection.Dispose();
    }

    bool IConnectionUser.HasListeners => Watch.AnyHasCallback;

    bool IConnectionUser.ExpectsUpdates => Replicas.Count > 0;

    bool IConnectionUser.NeedsServer
    {
        get
        {
            lock (Requests.Gate)
            {
                return Requests.HasPending || Replicas.AnyIsWatched;
            }
        }
    }

    string IConnectionUser.WhyNoServer => StartFailure is { } reason ? $" It could not be started again: {reason}" : string.Empty;

    void IConnectionUser.OnUnreachable() => Unreachable?.Invoke();

    void IConnectionUser.OnLost()
    {
        _seen = Sequence.Newest;
        if (!_isDurable)
        {
            return; // this server comes back, or the session ends soon
        }

        lock (Requests.Gate)
        {
            Replicas.Suspend();
        }
    }

    void IConnectionUser.OnConnected(Welcome welcome)
    {
        var isFirst = Incarnation == Guid.Empty;

        // Only what was known at the loss counts: the server may have made commits after the one that its welcome names, and other processes
        // may have told of them.
        if (!isFirst && welcome.Sequence < _seen)
        {
            throw ConnectionFaults.Restarted(_endpoint); // an older copy of the whole folder took the place of the state that this process has seen
        }

        Incarnation = welcome.Incarnation;
        ServerProcessId = welcome.ProcessId;
        StartFailure = null;
        _isDurable = welcome.IsDurable;
        IReadOnlyList<Request> unsure = [];
        lock (Requests.Gate)
        {
            _connection.DropQueued();
            Replicas.Limits = welcome.Limits; // the next server of a durable state may have others
            if (isFirst)
            {
                Sequence.Advance(welcome.Sequence);
            }
            else if (!welcome.IsKnown)
            {
                unsure = Requests.TakeUnsure();
            }

            Replicas.Resume();
            Requests.SendAgain();
        }

        foreach (var request in unsure)
        {
            request.Fail(new FaultException(
                Fault.ConnectionLost,
                "The connection was lost for so long that the outcome of this write is unknown. Read the state before you write again."));
        }

        if (!isFirst && !welcome.IsKnown)
        {
            Forgotten?.Invoke();
        }
    }

    void IConnectionUser.OnMessage(MessageType type, ref MessagePackReader body)
    {
        switch (type)
        {
            case MessageType.Reply:
                Sequence.Advance(body.ReadInt64());
                Requests.TakeReply(ref body);
                break;
            case MessageType.SnapshotPart:
                Requests.TakePart(ref body);
                break;
            case MessageType.Push:
                var update = UpdateFormat.ReadUpdate(ref body);
                lock (Requests.Gate)
                {
                    Sequence.Advance(update.Sequence); // before the watches: their readers may tell other processes of the update
                    Replicas.Apply(update);
                }

                break;
            case MessageType.ServerHeartbeat:
                Sequence.Advance(body.ReadInt64());
                break;
            case MessageType.PushesEnded:
                Replicas.End(WireFormat.ReadText(ref body), FaultFormat.ReadFault(ref body));
                break;
            default:
                throw Message.Malformed("its type is unknown");
        }
    }

    void IConnectionUser.OnEnded(FaultException reason) => End(reason);

    private void End(FaultException reason, FaultException? unsure = null)
    {
        if (Requests.End(reason, () => Replicas.EndAll(reason), unsure))
        {
            _closed.Cancel();
        }
    }
}
