using System.Diagnostics;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// The client of a process that does not run the server. Answers and updates come in one stream and are taken in
/// order by one thread, so whatever an answer tells of, the replicas show already.
/// </summary>
public sealed class RemoteClient : IClient, IConnectionUser
{
    private const int RequestsInFlight = 8192;
    private const int ReadsBeforeReplica = 4;
    private const long MaximumMessageBytes = 256L * 1024 * 1024;

    private readonly object _gate = new();
    private readonly SortedDictionary<long, Request> _pending = [];
    private readonly Dictionary<string, NamespaceData> _replicas = new(StringComparer.Ordinal);
    private readonly HashSet<string> _resuming = new(StringComparer.Ordinal); // cut off, and not caught up again yet
    private readonly Dictionary<string, int> _reads = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StoreOptions _options = new();
    private readonly Connection _connection;
    private long _lastNumber;
    private long _streamed;
    private long _observed;
    private int _serverProcessId;

    private RemoteClient(ConnectionString address, Guid id)
    {
        Id = id;
        _connection = new Connection(address, id, this);
    }

    /// <inheritdoc/>
    public Guid Id { get; }

    /// <inheritdoc/>
    public Guid Incarnation { get; private set; }

    /// <summary>The server's OS process.</summary>
    public int ServerProcessId => _serverProcessId;

    /// <inheritdoc/>
    public long ObservedSequence => Math.Max(Interlocked.Read(ref _streamed), Interlocked.Read(ref _observed));

    /// <inheritdoc/>
    public CancellationToken Closed => _closed.Token;

    /// <inheritdoc/>
    public FaultException? Failure { get; private set; }

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
            Fault.CannotConnect, $"The server at {address.Endpoint} did not answer in time. Try again with a longer -TimeoutSec.", address.Endpoint);
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
        lock (_gate)
        {
            if (!fresh && CurrentReplica(ns) is { } replica)
            {
                return replica.Find(key);
            }
        }

        return Ask(
            Operation.Get,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                writer.Write(key);
            },
            WireFormat.ReadEntry,
            cancellation);
    }

    /// <inheritdoc/>
    public Snapshot GetSnapshot(string ns, bool fresh = false, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            if (!fresh && CurrentReplica(ns) is { } replica)
            {
                return replica.Snapshot(_streamed);
            }
        }

        return Ask(Operation.Snapshot, (ref MessagePackWriter writer) => writer.Write(ns), WireFormat.ReadSnapshot, cancellation);
    }

    /// <inheritdoc/>
    public CommitResult Commit(CommitRequest request, Deadline deadline = default, CancellationToken cancellation = default)
    {
        var sent = SendCommit(request, deadline, cancellation);
        return PendingReply.Wait(sent.Reply, deadline, () => Withdraw(sent), $"the turn in namespace '{request.Namespace}'", cancellation);
    }

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(CommitRequest request) => SendCommit(request, Deadline.Never, CancellationToken.None).Reply;

    /// <inheritdoc/>
    public Turn AcquireTurn(string ns, Source source, Deadline deadline = default, CancellationToken cancellation = default)
    {
        var sent = Send(
            Operation.AcquireTurn,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                WireFormat.Write(ref writer, source.Id);
            },
            WireFormat.ReadTurnGrant);
        try
        {
            var grant = PendingReply.Wait(sent.Reply, deadline, () => Withdraw(sent), $"the turn in namespace '{ns}'", cancellation);
            return new Turn(ns, grant, turn => Release(ns, turn.Id));
        }
        catch (OperationCanceledException) when (sent.Reply.IsCompletedSuccessfully)
        {
            Release(ns, sent.Reply.Result.Turn);
            throw;
        }
    }

    /// <inheritdoc/>
    public Watch Watch(WatchOptions options, CancellationToken cancellation = default)
    {
        var replica = Replica(options.Namespace, cancellation);
        var older = options.SinceRevision is { } since ? UpdatesSince(replica, since, cancellation) : [];
        lock (_gate)
        {
            ThrowIfClosed();
            var oldest = replica.Feed.Log.Oldest;
            replica.Feed.Log.Prepend(older.FindAll(update => update.Revision < oldest));
            return replica.Feed.Open(options);
        }
    }

    /// <inheritdoc/>
    public void EndSource(Guid source) => _ = Send(
        Operation.EndSource, (ref MessagePackWriter writer) => WireFormat.Write(ref writer, source), ReadNothing);

    /// <inheritdoc/>
    public PingResult Ping(Deadline deadline, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        var reply = Send(Operation.Ping, null, ReadNothing).Reply;
        PendingReply.Wait(reply, deadline, () => true, "the server's sign of life", cancellation);
        return new PingResult(Stopwatch.GetElapsedTime(start), Interlocked.Read(ref _streamed), _serverProcessId);
    }

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
        List<Request> unsure = [];
        lock (_gate)
        {
            _connection.DropQueued();
            if (isFirst)
            {
                Advance(welcome.Sequence);
            }
            else if (!welcome.IsKnown)
            {
                // It has forgotten us: sent again, a write that it did carry out would be carried out twice.
                unsure.AddRange(_pending.Values.Where(request => request.Operation == Operation.Commit));
                unsure.ForEach(request => _pending.Remove(request.Number));
            }

            foreach (var replica in _replicas.Values)
            {
                _resuming.Add(replica.Name);
                Register(Resume(replica));
            }

            // Subscriptions first: what the others are answered may tell of updates.
            foreach (var request in _pending.Values.OrderBy(request => request.Operation != Operation.Subscribe).ThenBy(request => request.Number))
            {
                _connection.Send(request.Build(_pending.Keys.First()));
            }
        }

        unsure.ForEach(request => request.Fail(new FaultException(
            Fault.ConnectionLost, "The server was out of reach for so long that it no longer knows what this write came to. Read the state before you write again.")));
        _connected.TrySetResult();
    }

    void IConnectionUser.OnMessage(MessageType type, ref MessagePackReader body)
    {
        switch (type)
        {
            case MessageType.Reply:
                var sequence = body.ReadInt64();
                var number = body.ReadInt64();
                Advance(sequence);
                TakeReply(number, ref body);
                break;
            case MessageType.Push:
                var update = WireFormat.ReadUpdate(ref body);
                lock (_gate)
                {
                    if (_replicas.TryGetValue(update.Namespace, out var replica) && update.Revision == replica.Revision + 1)
                    {
                        replica.Apply(update);
                    }
                }

                Advance(update.Sequence);
                break;
            case MessageType.ServerBeat:
                Advance(body.ReadInt64());
                break;
            case MessageType.PushesEnded:
                EndReplica(WireFormat.ReadText(ref body), WireFormat.ReadFault(ref body));
                break;
            default:
                throw WireFormat.Malformed("its type is unknown");
        }
    }

    void IConnectionUser.OnEnded(FaultException reason) => End(reason);

    private static object? ReadNothing(ref MessagePackReader body)
    {
        body.Skip();
        return null;
    }

    private void Advance(long sequence)
    {
        // One thread writes it; others read it.
        if (sequence > _streamed)
        {
            Interlocked.Exchange(ref _streamed, sequence);
        }
    }

    /// <summary>A replica that is as new as all this process has seen. After some reads of a namespace, one is made.</summary>
    private NamespaceData? CurrentReplica(string ns)
    {
        ThrowIfClosed();
        if (_replicas.TryGetValue(ns, out var replica))
        {
            return _streamed >= Interlocked.Read(ref _observed) && !_resuming.Contains(ns) ? replica : null;
        }

        var reads = _reads.GetValueOrDefault(ns) + 1;
        _reads[ns] = reads;
        if (reads == ReadsBeforeReplica)
        {
            Register(Subscribe(ns), send: true); // it serves the reads after it has come
        }

        return null;
    }

    private NamespaceData Replica(string ns, CancellationToken cancellation)
    {
        Request<NamespaceData?> request;
        lock (_gate)
        {
            ThrowIfClosed();
            if (_replicas.TryGetValue(ns, out var replica))
            {
                return replica;
            }

            request = _pending.Values.OfType<Request<NamespaceData?>>().FirstOrDefault(pending => pending.Subject == ns) ?? Subscribe(ns);
            if (request.Number == 0)
            {
                Register(request, send: true);
            }
        }

        return PendingReply.Wait(request.Reply, Deadline.Never, () => false, "a replica", cancellation)!;
    }

    /// <summary>Asks for a namespace and all its updates from then on.</summary>
    private Request<NamespaceData?> Subscribe(string ns) => new(
        Operation.Subscribe,
        (ref MessagePackWriter writer) =>
        {
            writer.Write(ns);
            writer.WriteNil();
        },
        (ref MessagePackReader body) =>
        {
            var snapshot = WireFormat.ReadSnapshot(ref body);
            lock (_gate)
            {
                if (!_replicas.TryGetValue(ns, out var replica))
                {
                    _replicas.Add(ns, replica = new NamespaceData(ns, _gate, _options, snapshot.Entries, snapshot.Revision));
                }

                return replica;
            }
        },
        _ =>
        {
            lock (_gate)
            {
                _reads.Remove(ns);
            }
        })
    { Subject = ns };

    /// <summary>Asks for the updates that a replica missed while the connection was cut.</summary>
    private Request<NamespaceData?> Resume(NamespaceData replica) => new(
        Operation.Subscribe,
        (ref MessagePackWriter writer) =>
        {
            writer.Write(replica.Name);
            writer.Write(replica.Revision);
        },
        (ref MessagePackReader body) =>
        {
            body.Skip();
            lock (_gate)
            {
                _resuming.Remove(replica.Name);
            }

            return replica;
        },
        fault => EndReplica(replica.Name, fault))
    { Subject = replica.Name };

    private void EndReplica(string ns, FaultException reason)
    {
        lock (_gate)
        {
            _resuming.Remove(ns);
            if (_replicas.Remove(ns, out var replica))
            {
                _reads.Remove(ns);
                replica.Feed.Fail(reason);
            }
        }
    }

    /// <summary>The updates after a revision that a replica does not have, in pages.</summary>
    private List<Update> UpdatesSince(NamespaceData replica, long since, CancellationToken cancellation)
    {
        var updates = new List<Update>();
        while (true)
        {
            lock (_gate)
            {
                if (since >= replica.Feed.Log.Oldest - 1)
                {
                    return updates;
                }
            }

            updates.AddRange(Ask(
                Operation.Updates,
                (ref MessagePackWriter writer) =>
                {
                    writer.Write(replica.Name);
                    writer.Write(since);
                },
                WireFormat.ReadUpdates,
                cancellation));
            since = updates[^1].Revision;
        }
    }

    private Request<CommitResult> SendCommit(CommitRequest request, Deadline deadline, CancellationToken cancellation)
    {
        var size = request.Changes.Sum(change => (long)change.Operand.Length + change.Key.Length);
        if (size > MaximumMessageBytes)
        {
            throw new FaultException(
                Fault.ValueTooLarge, $"One update of {size:N0} bytes is more than a message can hold ({MaximumMessageBytes:N0}). Split it.");
        }

        if (request.Turn == 0)
        {
            WaitForRoom(deadline, cancellation);
        }

        return Send(Operation.Commit, (ref MessagePackWriter writer) => WireFormat.Write(ref writer, request), WireFormat.ReadCommitResult);
    }

    private void Release(string ns, long turn) => _ = Send(
        Operation.ReleaseTurn,
        (ref MessagePackWriter writer) =>
        {
            writer.Write(ns);
            writer.Write(turn);
        },
        ReadNothing);

    /// <summary>Takes a request back. Its outcome comes in any case, and says whether it was still waiting.</summary>
    private bool Withdraw<T>(Request<T> request)
    {
        _ = Send(Operation.Withdraw, (ref MessagePackWriter writer) => writer.Write(request.Number), ReadNothing);
        ((IAsyncResult)request.Reply).AsyncWaitHandle.WaitOne();
        return request.Reply.Exception?.InnerException is FaultException { Fault: Fault.Timeout };
    }

    private T Ask<T>(Operation operation, Message.Body? body, Request<T>.Reader read, CancellationToken cancellation) =>
        PendingReply.Wait(Send(operation, body, read).Reply, Deadline.Never, () => false, "the server", cancellation);

    private Request<T> Send<T>(Operation operation, Message.Body? body, Request<T>.Reader read)
    {
        var request = new Request<T>(operation, body, read);
        lock (_gate)
        {
            if (Failure is not null)
            {
                request.Fail(Failure);
                return request;
            }

            Register(request, send: true);
        }

        return request;
    }

    /// <summary>Bounds what is on its way. Only for plain writes: others may be what those on their way wait for.</summary>
    private void WaitForRoom(Deadline deadline, CancellationToken cancellation)
    {
        using var registration = cancellation.UnsafeRegister(static client => ((RemoteClient)client!).Pulse(), this);
        lock (_gate)
        {
            while (_pending.Count >= RequestsInFlight && Failure is null)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Monitor.Wait(_gate, deadline.Remaining) && deadline.Passed)
                {
                    throw new FaultException(Fault.Timeout, "The deadline passed while too many writes were on their way. Nothing was changed.");
                }
            }
        }
    }

    private void Pulse()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Register(Request request, bool send = false)
    {
        request.Number = ++_lastNumber;
        _pending.Add(request.Number, request);
        if (send)
        {
            _connection.Send(request.Build(_pending.Keys.First()));
        }
    }

    private void TakeReply(long number, ref MessagePackReader body)
    {
        Request? request;
        lock (_gate)
        {
            if (!_pending.Remove(number, out request))
            {
                return; // answered before the connection was cut, and again after
            }

            Monitor.PulseAll(_gate);
        }

        if (body.ReadBoolean())
        {
            request.Complete(ref body);
        }
        else
        {
            request.Fail(WireFormat.ReadFault(ref body));
        }
    }

    private void End(FaultException reason)
    {
        Request[] pending;
        lock (_gate)
        {
            if (Failure is not null)
            {
                return;
            }

            Failure = reason;
            pending = [.. _pending.Values];
            _pending.Clear();
            foreach (var replica in _replicas.Values)
            {
                replica.Feed.Fail(reason);
            }

            Monitor.PulseAll(_gate);
        }

        foreach (var request in pending)
        {
            request.Fail(reason);
        }

        _connected.TrySetException(reason);
        _closed.Cancel();
    }

    private void ThrowIfClosed()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
