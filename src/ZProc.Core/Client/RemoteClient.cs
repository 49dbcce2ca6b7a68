using System.Diagnostics;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// The client of a process that does not run the server. Reads use a current replica where there is one; everything else is a
/// request to the server.
/// </summary>
public sealed class RemoteClient : IClient
{
    private readonly ClientSession _session;
    private readonly RequestTable _requests;
    private readonly Replicas _replicas;

    private RemoteClient(Guid id, ClientSession session)
    {
        Id = id;
        _session = session;
        _requests = session.Requests;
        _replicas = session.Replicas;
    }

    /// <inheritdoc/>
    public Guid Id { get; }

    /// <inheritdoc/>
    public Guid Incarnation => _session.Incarnation;

    /// <inheritdoc/>
    public int? ServerProcessId => _session.ServerProcessId;

    /// <inheritdoc/>
    public long ObservedSequence => _session.Sequence.Newest;

    /// <inheritdoc/>
    public Action? Forgotten
    {
        get => _session.Forgotten;
        set => _session.Forgotten = value;
    }

    /// <summary>
    /// Called, on the connection's thread, while no server of a durable state can be reached and a request or a watch waits for it. The
    /// callback may start one. It must only signal, and comes again with each attempt to reconnect.
    /// </summary>
    public Action? Unreachable
    {
        get => _session.Unreachable;
        set => _session.Unreachable = value;
    }

    /// <summary>Why no next server could be started, for the error of the requests that wait; null when that is not known.</summary>
    public string? StartFailure
    {
        get => _session.StartFailure;
        set => _session.StartFailure = value;
    }

    /// <inheritdoc/>
    public CancellationToken Closed => _session.Closed;

    /// <inheritdoc/>
    public FaultException? Failure => _requests.Failure;

    /// <inheritdoc/>
    public StoreOptions Limits => _replicas.Limits;

    /// <summary>Connects to a server.</summary>
    /// <param name="address">The server's address and secret.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="id">The client's id, where another process has to know it; null for a new one.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect.</exception>
    public static RemoteClient Connect(ConnectionString address, Deadline deadline, Guid? id = null, CancellationToken cancellation = default)
    {
        var client = id ?? Guid.NewGuid();
        return new RemoteClient(client, ClientSession.Connect(address, client, deadline, cancellation));
    }

    /// <inheritdoc/>
    public void Observe(long sequence) => _session.Sequence.Observe(sequence);

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

        return _requests.Execute(
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
    public Snapshot GetSnapshot(string ns, bool fresh = false, ITransferObserver? observer = null, CancellationToken cancellation = default)
    {
        lock (_requests.Gate)
        {
            if (!fresh && CurrentReplica(ns) is { } replica)
            {
                return replica.Snapshot(_session.Sequence.Streamed);
            }
        }

        var parts = new SnapshotAssembly();
        return _requests.Execute(Operation.Snapshot, (ref MessagePackWriter writer) => writer.Write(ns), parts.Finish, cancellation, parts, observer);
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

        return _requests.Execute(Operation.Summary, (ref MessagePackWriter writer) => writer.Write(ns), NamespaceFormat.ReadSummary, cancellation);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamespaceInfo> GetNamespaces(CancellationToken cancellation = default) =>
        _requests.Execute<IReadOnlyList<NamespaceInfo>>(Operation.Namespaces, null, NamespaceFormat.ReadNamespaces, cancellation);

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
            sent, deadline, () => _requests.Withdraw(sent, cancellation), $"the turn in namespace '{request.Namespace}'", cancellation);
    }

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation = default)
    {
        var sent = QueueCommit(request, Deadline.Never, cancellation);
        _session.FlushSoon();
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
            var grant = _requests.Wait(sent, deadline, () => _requests.Withdraw(sent, cancellation), $"the turn in namespace '{ns}'", cancellation);
            return new Turn(ns, grant, turn => ReleaseTurn(ns, turn.Id));
        }
        catch (OperationCanceledException)
        {
            // The turn may have been granted at the moment of the cancellation, or be granted once there is a connection again.
            _ = sent.Reply.ContinueWith(
                reply => ReleaseTurn(ns, reply.Result.Turn),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <inheritdoc/>
    public Watch Watch(WatchOptions options, CancellationToken cancellation = default) =>
        new WatchOpening(_requests, _replicas, _session.Sequence, options).Open(cancellation);

    /// <inheritdoc/>
    public void EndSource(Guid source) => _ = _requests.Send(
        Operation.EndSource, (ref MessagePackWriter writer) => WireFormat.Write(ref writer, source), RequestTable.ReadEmpty);

    /// <inheritdoc/>
    public PingResult Ping(Deadline deadline, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        var sent = _requests.Queue(Operation.Ping, null, RequestTable.ReadEmpty);
        _requests.Wait(sent, deadline, () => true, "the server's reply", cancellation);
        return new PingResult(Stopwatch.GetElapsedTime(start), _session.Sequence.Streamed, ServerProcessId);
    }

    /// <summary>Asks a server that runs in its own process to end.</summary>
    /// <exception cref="FaultException">InvalidArgument: the server belongs to a session and ends with it. Timeout.</exception>
    public void Shutdown(Deadline deadline, CancellationToken cancellation = default) => _requests.Wait(
        _requests.Queue(Operation.Shutdown, null, RequestTable.ReadEmpty), deadline, () => true, "the server to agree to end", cancellation);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>A replica that is as new as everything this process has observed; null when there is none. The caller holds the gate.</summary>
    private NamespaceData? CurrentReplica(string ns) =>
        _replicas.ForReading(ns) is { } replica && _session.Sequence.IsStreamCurrent ? replica : null;

    private Request<CommitResult> QueueCommit(CommitRequest request, Deadline deadline, CancellationToken cancellation)
    {
        CommitValidation.Check(request, Limits);
        if (request.Turn == 0)
        {
            _requests.WaitForRoom(deadline, cancellation);
        }

        return _requests.Queue(Operation.Commit, (ref MessagePackWriter writer) => CommitFormat.Write(ref writer, request), CommitFormat.ReadCommitResult);
    }

    private void ReleaseTurn(string ns, long turn) => _ = _requests.Send(
        Operation.ReleaseTurn,
        (ref MessagePackWriter writer) =>
        {
            writer.Write(ns);
            writer.Write(turn);
        },
        RequestTable.ReadEmpty);
}
