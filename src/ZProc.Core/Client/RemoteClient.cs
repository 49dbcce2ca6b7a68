using System.Diagnostics;
using System.Text;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// The client of a process that does not run the server. Answers and updates come in one stream and are taken in
/// order, by one thread at a time, so whatever an answer tells of, the replicas show already.
/// </summary>
public sealed class RemoteClient : IClient, IConnectionUser
{
    private const long MaximumMessageBytes = Values.ValueLimits.HighestMaxBytes + (1024 * 1024);

    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Connection _connection;
    private readonly RequestTable _requests;
    private readonly Replicas _replicas;
    private long _streamed;
    private long _observed;
    private int _serverProcessId;

    private RemoteClient(ConnectionString address, Guid id)
    {
        Id = id;
        _connection = new Connection(address, id, this);
        _requests = new RequestTable(_connection.Enqueue, _connection.Flush, _connection.Wait);
        _replicas = new Replicas(_requests);
        _connection.Start();
    }

    /// <inheritdoc/>
    public Guid Id { get; }

    /// <inheritdoc/>
    public Guid Incarnation { get; private set; }

    /// <summary>The server's OS process.</summary>
    public int ServerProcessId => _serverProcessId;

    /// <inheritdoc/>
    public long ObservedSequence => Math.Max(Interlocked.Read(ref _streamed), Interlocked.Read(ref _observed));

    /// <summary>
    /// Called, on the connection's thread, when this client was away for so long that the server took it for gone, and is back.
    /// It must only signal.
    /// </summary>
    public Action? Forgotten { get; set; }

    /// <inheritdoc/>
    public CancellationToken Closed => _closed.Token;

    /// <inheritdoc/>
    public FaultException? Failure => _requests.Failure;

    /// <inheritdoc/>
    public StoreOptions Limits => _replicas.Limits;

    /// <summary>Joins a server.</summary>
    /// <param name="address">Where it is, and the secret.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="id">The client's id, where somebody else has to know it; null for a fresh one.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect.</exception>
    public static RemoteClient Connect(ConnectionString address, Deadline deadline, Guid? id = null, CancellationToken cancellation = default)
    {
        Connection.Probe(address, deadline, cancellation);
        var client = new RemoteClient(address, id ?? Guid.NewGuid());
        try
        {
            if (client._connected.Task.Wait(deadline.Remaining, cancellation))
            {
                return client;
            }
        }
        catch (AggregateException refused)
        {
            client.Dispose();
            throw refused.InnerException!;
        }
        catch (OperationCanceledException)
        {
            client.Dispose();
            throw;
        }

        client.Dispose();
        throw new FaultException(
            Fault.CannotConnect,
            $"What listens at {address.Endpoint} did not prove in time to be the server of this connection string. If it is one and busy, try again with a longer -TimeoutSec.",
            address.Endpoint);
    }

    /// <inheritdoc/>
    public void Observe(long sequence)
    {
        long known;
        while ((known = Interlocked.Read(ref _observed)) < sequence)
        {
            Interlocked.CompareExchange(ref _observed, sequence, known);
        }
    }

    /// <inheritdoc/>
    public Entry? Get(string ns, string key, bool fresh = false, CancellationToken cancellation = default)
    {
        KeyName.Check(key);
        lock (_requests.Gate)
        {
            if (!fresh && CurrentReplica(ns) is { } replica)
            {
                return replica.Find(key);
            }
        }

        return _requests.Ask(
            Operation.Get,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                writer.Write(key);
            },
            NamespaceFormat.ReadEntry,
            cancellation);
    }

    /// <inheritdoc/>
    public Snapshot GetSnapshot(string ns, bool fresh = false, CancellationToken cancellation = default)
    {
        lock (_requests.Gate)
        {
            if (!fresh && CurrentReplica(ns) is { } replica)
            {
                return replica.Snapshot(_streamed);
            }
        }

        var parts = new SnapshotAssembly();
        return _requests.Ask(Operation.Snapshot, (ref MessagePackWriter writer) => writer.Write(ns), parts.Finish, cancellation, parts);
    }

    /// <inheritdoc/>
    public NamespaceSummary Summarize(string ns, bool fresh = false, CancellationToken cancellation = default)
    {
        lock (_requests.Gate)
        {
            if (!fresh && CurrentReplica(ns) is { } replica)
            {
                return replica.Summary;
            }
        }

        return _requests.Ask(Operation.Summary, (ref MessagePackWriter writer) => writer.Write(ns), NamespaceFormat.ReadSummary, cancellation);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamespaceInfo> GetNamespaces(CancellationToken cancellation = default) =>
        _requests.Ask<IReadOnlyList<NamespaceInfo>>(Operation.Namespaces, null, NamespaceFormat.ReadNamespaces, cancellation);

    /// <inheritdoc/>
    public UpdatePage GetUpdates(string ns, long? since, CancellationToken cancellation = default)
    {
        lock (_requests.Gate)
        {
            if (since is { } known && CurrentReplica(ns) is { Feed.Log: var log } && known >= log.OldestReadable - 1 && known <= log.Revision)
            {
                return new UpdatePage(log.Revision, log.Since(known));
            }
        }

        return _requests.Pages(ns, since, cancellation);
    }

    /// <inheritdoc/>
    public CommitResult Commit(CommitRequest request, Deadline deadline = default, CancellationToken cancellation = default)
    {
        var sent = QueueCommit(request, deadline, cancellation);
        return _requests.Wait(
            sent, deadline, () => _requests.Withdraw(sent), $"the turn in namespace '{request.Namespace}'", cancellation);
    }

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation = default)
    {
        var sent = QueueCommit(request, Deadline.Never, cancellation);
        _connection.Flush();
        return sent.Reply;
    }

    /// <inheritdoc/>
    public Turn AcquireTurn(string ns, Source source, Deadline deadline = default, CancellationToken cancellation = default)
    {
        var sent = _requests.Queue(
            Operation.AcquireTurn,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                WireFormat.Write(ref writer, source.Id);
            },
            CommitFormat.ReadTurnGrant);
        try
        {
            var grant = _requests.Wait(sent, deadline, () => _requests.Withdraw(sent), $"the turn in namespace '{ns}'", cancellation);
            return new Turn(ns, grant, turn => Release(ns, turn.Id));
        }
        catch (OperationCanceledException) when (sent.Reply.IsCompletedSuccessfully)
        {
            Release(ns, sent.Reply.Result.Turn);
            throw;
        }
    }

    /// <inheritdoc/>
    public Watch Watch(WatchOptions options, CancellationToken cancellation = default) => _replicas.Watch(options, cancellation);

    /// <inheritdoc/>
    public void EndSource(Guid source) => _ = _requests.Send(
        Operation.EndSource, (ref MessagePackWriter writer) => WireFormat.Write(ref writer, source), RequestTable.ReadNothing);

    /// <inheritdoc/>
    public PingResult Ping(Deadline deadline, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        var sent = _requests.Queue(Operation.Ping, null, RequestTable.ReadNothing);
        _requests.Wait(sent, deadline, () => true, "the server's sign of life", cancellation);
        return new PingResult(Stopwatch.GetElapsedTime(start), Interlocked.Read(ref _streamed), _serverProcessId);
    }

    /// <summary>Asks a server that has a process of its own to end.</summary>
    /// <exception cref="FaultException">InvalidArgument: it ends with the session that started it. Timeout.</exception>
    public void Shutdown(Deadline deadline, CancellationToken cancellation = default) => _requests.Wait(
        _requests.Queue(Operation.Shutdown, null, RequestTable.ReadNothing), deadline, () => true, "the server's agreement", cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        End(new FaultException(Fault.ContextStopped, "This session has left the context. Connect to it again."));
        _connection.Dispose();
    }

    void IConnectionUser.OnConnected(Welcome welcome)
    {
        var isFirst = Incarnation == Guid.Empty;
        Incarnation = welcome.Incarnation;
        _serverProcessId = welcome.ProcessId;
        IReadOnlyList<Request> unsure = [];
        lock (_requests.Gate)
        {
            _connection.DropQueued();
            if (isFirst)
            {
                _replicas.Limits = welcome.Limits;
                Advance(welcome.Sequence);
            }
            else if (!welcome.IsKnown)
            {
                unsure = _requests.TakeUnsure();
            }

            _replicas.Resume();
            _requests.SendAgain();
        }

        foreach (var request in unsure)
        {
            request.Fail(new FaultException(
                Fault.ConnectionLost,
                "The server was out of reach for so long that it no longer knows what this write came to. Read the state before you write again."));
        }

        if (!isFirst && !welcome.IsKnown)
        {
            Forgotten?.Invoke();
        }

        _connected.TrySetResult();
    }

    void IConnectionUser.OnMessage(MessageType type, ref MessagePackReader body)
    {
        switch (type)
        {
            case MessageType.Reply:
                Advance(body.ReadInt64());
                _requests.TakeReply(ref body);
                break;
            case MessageType.SnapshotPart:
                _requests.TakePart(ref body);
                break;
            case MessageType.Push:
                var update = UpdateFormat.ReadUpdate(ref body);
                lock (_requests.Gate)
                {
                    Advance(update.Sequence); // first: whoever hears of the update can tell others of it
                    _replicas.Apply(update);
                }

                break;
            case MessageType.ServerHeartbeat:
                Advance(body.ReadInt64());
                break;
            case MessageType.PushesEnded:
                _replicas.End(WireFormat.ReadText(ref body), FaultFormat.ReadFault(ref body));
                break;
            default:
                throw Message.Malformed("its type is unknown");
        }
    }

    void IConnectionUser.OnEnded(FaultException reason) => End(reason);

    private void Advance(long sequence)
    {
        // One thread writes it; others read it.
        if (sequence > _streamed)
        {
            Interlocked.Exchange(ref _streamed, sequence);
        }
    }

    /// <summary>A replica that is as new as all this process has seen. The caller holds the gate.</summary>
    private NamespaceData? CurrentReplica(string ns) =>
        _replicas.ForReading(ns) is { } replica && _streamed >= Interlocked.Read(ref _observed) ? replica : null;

    private Request<CommitResult> QueueCommit(CommitRequest request, Deadline deadline, CancellationToken cancellation)
    {
        var limits = Limits.For(request.Namespace);
        var size = 0L;
        foreach (var change in request.Changes)
        {
            if (change.HasKey)
            {
                KeyName.Check(change.Key);
            }

            limits.Check(change.Key, change.Operand);
            size += change.Operand.Length + Encoding.UTF8.GetByteCount(change.Key);
            if (change.Precondition is { Kind: PreconditionKind.ValueIs, Value: var expected })
            {
                limits.Check(change.Key, expected);
                size += expected.Length;
            }
        }

        if (size > MaximumMessageBytes)
        {
            throw new FaultException(
                Fault.ValueTooLarge, $"One update of {size:N0} bytes is more than a message can hold ({MaximumMessageBytes:N0}). Split it.");
        }

        if (request.Turn == 0)
        {
            _requests.WaitForRoom(deadline, cancellation);
        }

        return _requests.Queue(Operation.Commit, (ref MessagePackWriter writer) => CommitFormat.Write(ref writer, request), CommitFormat.ReadCommitResult);
    }

    private void Release(string ns, long turn) => _ = _requests.Send(
        Operation.ReleaseTurn,
        (ref MessagePackWriter writer) =>
        {
            writer.Write(ns);
            writer.Write(turn);
        },
        RequestTable.ReadNothing);

    private void End(FaultException reason)
    {
        if (_requests.End(reason, () => _replicas.EndAll(reason)))
        {
            _connected.TrySetException(reason);
            _closed.Cancel();
        }
    }
}
