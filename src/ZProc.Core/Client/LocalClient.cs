using System.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>The client of the process that runs the server. It calls the store without a socket.</summary>
public sealed class LocalClient : IClient
{
    private readonly Store _store;
    private readonly CancellationTokenSource _closed = new();
    private readonly SemaphoreSlim _room = new(ClientLimits.InFlight); // for commits without a wait
    private long _position; // in a durable store, of the newest commit without a wait

    /// <summary>Creates a client of a store.</summary>
    public LocalClient(Store store) => _store = store;

    /// <inheritdoc/>
    public Guid Id { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public Guid Incarnation => _store.Incarnation;

    /// <inheritdoc/>
    public int? ServerProcessId => Environment.ProcessId;

    /// <inheritdoc/>
    public long ObservedSequence => _store.Sequence;

    /// <inheritdoc/>
    public CancellationToken Closed => _closed.Token;

    /// <inheritdoc/>
    public FaultException? Failure { get; private set; }

    /// <inheritdoc/>
    public StoreOptions Limits => _store.Options;

    /// <inheritdoc/>
    public Action? Forgotten { get; set; }

    /// <inheritdoc/>
    public void Observe(long sequence)
    {
        // Reads go to the store itself, so nothing can be newer.
    }

    /// <inheritdoc/>
    public Entry? Get(string ns, string key, bool fresh = false, CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        KeyName.Check(key);
        WaitForOwnCommits(cancellation);
        return _store.Get(ns, key);
    }

    /// <inheritdoc/>
    public Snapshot GetSnapshot(string ns, bool fresh = false, ITransferObserver? observer = null, CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        WaitForOwnCommits(cancellation);
        return _store.GetSnapshot(ns);
    }

    /// <inheritdoc/>
    public NamespaceSummary Summarize(string ns, bool fresh = false, CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        WaitForOwnCommits(cancellation);
        return _store.Summarize(ns);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamespaceInfo> GetNamespaces(CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        WaitForOwnCommits(cancellation);
        return _store.GetNamespaces();
    }

    /// <inheritdoc/>
    public UpdatePage GetUpdates(string ns, long? since, CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        WaitForOwnCommits(cancellation);
        return _store.GetUpdates(ns, since);
    }

    /// <inheritdoc/>
    public CommitResult Commit(CommitRequest request, Deadline deadline = default, CancellationToken cancellation = default)
    {
        var (ticket, reply) = Send(request);
        return PendingReply.Wait(
            reply, deadline, () => _store.Withdraw(ticket), $"the turn in namespace '{request.Namespace}'", cancellation);
    }

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation = default)
    {
        if (request.Turn != 0)
        {
            return SendAhead(request, completed: null); // pending commits may wait for this turn to end
        }

        if (!_room.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            _room.Wait(cancellation);
        }

        return SendAhead(request, () => _room.Release());
    }

    /// <inheritdoc/>
    public Turn AcquireTurn(string ns, Source source, Deadline deadline = default, CancellationToken cancellation = default)
    {
        var reply = new TaskCompletionSource<TurnGrant>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ticket = new TurnTicket(ns, Id, source.Id, (grant, fault) => Complete(reply, grant, fault));
        _store.AcquireTurn(ticket);
        try
        {
            var grant = PendingReply.Wait(reply.Task, deadline, () => _store.Withdraw(ticket), $"the turn in namespace '{ns}'", cancellation);
            return new Turn(ns, grant, turn => _store.ReleaseTurn(ns, turn.Id));
        }
        catch (OperationCanceledException)
        {
            // The turn may have been granted, and its grant wait for the commits before it.
            _ = reply.Task.ContinueWith(
                granted => _store.ReleaseTurn(ns, granted.Result.Turn),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <inheritdoc/>
    public Watch Watch(WatchOptions options, CancellationToken cancellation = default)
    {
        WaitForOwnCommits(cancellation);
        return _store.Watch(options);
    }

    /// <inheritdoc/>
    public void EndSource(Guid source) => SourceCleanup.Run(_store, source);

    /// <inheritdoc/>
    public PingResult Ping(Deadline deadline, CancellationToken cancellation = default)
    {
        ThrowIfClosed();
        var start = Stopwatch.GetTimestamp();
        var sequence = _store.Sequence;
        return new PingResult(Stopwatch.GetElapsedTime(start), sequence, Environment.ProcessId);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Failure ??= new FaultException(Fault.ContextStopped, "The context has been stopped.");
        _store.EndClient(Id);
        _closed.Cancel();
    }

    /// <summary>Sends a commit that its caller does not wait for. Later reads of this client do.</summary>
    private Task<CommitResult> SendAhead(CommitRequest request, Action? completed)
    {
        var reply = Send(request, completed).Reply;
        Volatile.Write(ref _position, _store.NewestPosition);
        return reply;
    }

    private (CommitTicket Ticket, Task<CommitResult> Reply) Send(CommitRequest request, Action? completed = null)
    {
        var reply = new TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ticket = new CommitTicket(request, Id, (result, fault) =>
        {
            completed?.Invoke();
            Complete(reply, result, fault);
        });
        _store.Commit(ticket);
        return (ticket, reply.Task);
    }

    /// <summary>A process sees its own commits, also those that are on their way to the disk.</summary>
    private void WaitForOwnCommits(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _position) is > 0 and var position)
        {
            _store.WaitFor(position, cancellation);
        }
    }

    private static void Complete<T>(TaskCompletionSource<T> reply, T? result, FaultException? fault)
        where T : class
    {
        if (fault is null)
        {
            reply.SetResult(result!);
        }
        else
        {
            reply.SetException(fault);
        }
    }

    private void ThrowIfClosed()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
