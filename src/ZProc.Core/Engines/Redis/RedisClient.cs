using System.Diagnostics;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// The client of a context on an engine that speaks the Redis protocol. There is no server of ZProc: the engine keeps the state and
/// makes each commit whole, and the clients look after each other.
/// </summary>
public sealed class RedisClient : IClient
{
    private static readonly TimeSpan DisposeBound = TimeSpan.FromSeconds(2);

    private readonly RedisSession _session;
    private readonly CommitOrder _order = new();
    private readonly SemaphoreSlim _room = new(ClientLimits.InFlight); // for commits without a wait
    private int _disposed;

    private RedisClient(RedisSession session)
    {
        _session = session;
        session.Departed = CleanUp;
    }

    /// <inheritdoc/>
    public Guid Id => _session.Id;

    /// <inheritdoc/>
    public Guid Incarnation => _session.Membership.Incarnation;

    /// <inheritdoc/>
    public int? ServerProcessId => null;

    /// <inheritdoc/>
    public long ObservedSequence => _session.Sequence.Newest;

    /// <inheritdoc/>
    public Action? Forgotten
    {
        get => _session.Forgotten;
        set => _session.Forgotten = value;
    }

    /// <inheritdoc/>
    public CancellationToken Closed => _session.Closed;

    /// <inheritdoc/>
    public FaultException? Failure => _session.Failure;

    /// <inheritdoc/>
    public StoreOptions Limits => _session.Limits;

    /// <summary>Connects to an engine, and joins the context, which is made when the engine has none of the name.</summary>
    /// <param name="address">The engine, the user and the context.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="id">The client's id, where another process has to know it; null for a new one.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect, with what is wrong with the engine.</exception>
    public static RedisClient Connect(RedisAddress address, Deadline deadline, Guid? id = null, CancellationToken cancellation = default) =>
        new(RedisSession.Open(address, id ?? Guid.NewGuid(), deadline, cancellation));

    /// <inheritdoc/>
    public void Observe(long sequence) => _session.Sequence.Observe(sequence);

    /// <inheritdoc/>
    public Entry? Get(string ns, string key, bool fresh = false, CancellationToken cancellation = default)
    {
        KeyName.Check(key);
        lock (_session.Replicas.Gate)
        {
            if (!fresh && Current(ns) is { } replica)
            {
                return replica.Find(key);
            }
        }

        return ReplyWait.For(_session.Reader.ReadEntriesAsync(ns, [key], cancellation), cancellation)[key];
    }

    /// <inheritdoc/>
    public Snapshot GetSnapshot(string ns, bool fresh = false, ITransferObserver? observer = null, CancellationToken cancellation = default)
    {
        lock (_session.Replicas.Gate)
        {
            if (!fresh && Current(ns) is { } replica)
            {
                return replica.Snapshot(_session.Sequence.Newest);
            }
        }

        var loaded = ReplyWait.For(_session.Reader.LoadAsync(ns, cancellation), observer, () => _session.Reader.ArrivedOf(ns), cancellation);
        _session.Note(ns, loaded.Revision, loaded.Sequence);
        return new Snapshot(ns, loaded.Revision, loaded.Sequence, loaded.Entries);
    }

    /// <inheritdoc/>
    public NamespaceSummary Summarize(string ns, bool fresh = false, CancellationToken cancellation = default)
    {
        lock (_session.Replicas.Gate)
        {
            if (!fresh && Current(ns) is { } replica)
            {
                return replica.Summary;
            }
        }

        var reply = ReplyWait.For(_session.Questions.RunAsync(RedisScript.Read, _session.Keys.Of(ns), [ns], cancellation), cancellation);
        _session.Note(ns, reply.Number(1), reply.Number(2));
        return new NamespaceSummary(reply.Number(1), (int)reply.Number(3));
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamespaceInfo> GetNamespaces(CancellationToken cancellation = default)
    {
        var reply = ReplyWait.For(_session.Questions.RunAsync(RedisScript.Spaces, _session.Keys.State, [], cancellation), cancellation);
        _session.Sequence.Observe(reply.Number(1));
        var fields = reply.List(2);
        var namespaces = new NamespaceInfo[fields.Length / 2];
        for (var i = 0; i < namespaces.Length; i++)
        {
            namespaces[i] = RedisFormat.ReadSpace((string)fields[2 * i]!, (byte[])fields[(2 * i) + 1]!);
        }

        Array.Sort(namespaces, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return namespaces;
    }

    /// <inheritdoc/>
    public UpdatePage GetUpdates(string ns, long? since, CancellationToken cancellation = default) =>
        ReplyWait.For(_session.Reader.ReadUpdatesAsync(ns, since, cancellation), cancellation);

    /// <inheritdoc/>
    public CommitResult Commit(CommitRequest request, Deadline deadline = default, CancellationToken cancellation = default)
    {
        var commit = Begin(request, out var outcome);
        return PendingReply.Wait(outcome, deadline, commit.Withdraw, $"the turn in namespace '{request.Namespace}'", cancellation);
    }

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation = default)
    {
        Task<CommitResult> outcome;
        if (request.Turn != 0)
        {
            Begin(request, out outcome);
            return outcome;
        }

        _room.Wait(cancellation);
        try
        {
            Begin(request, out outcome);
        }
        catch
        {
            _room.Release();
            throw;
        }

        _ = outcome.ContinueWith(_ => _room.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return outcome;
    }

    /// <inheritdoc/>
    public Turn AcquireTurn(string ns, Source source, Deadline deadline = default, CancellationToken cancellation = default)
    {
        KeyName.Check(ns, "namespace");
        var wish = new TurnWish(_session, ns, source);
        var granted = wish.RunAsync(_order.PlacedIn(ns));
        try
        {
            var grant = PendingReply.Wait(granted, deadline, Withdraw, $"the turn in namespace '{ns}'", cancellation);
            return new Turn(ns, grant, turn => _session.Turns.Release(ns, turn.Id));
        }
        catch (Exception exception) when (exception is OperationCanceledException or FaultException { Fault: Fault.Timeout })
        {
            // The turn may have been granted at that moment, or be granted later.
            _ = granted.ContinueWith(
                late => _session.Turns.Release(ns, late.Result.Turn),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }

        bool Withdraw()
        {
            wish.Withdraw();
            return true; // a turn changes nothing, also one that an engine that is away has given
        }
    }

    /// <inheritdoc/>
    public Watch Watch(WatchOptions options, CancellationToken cancellation = default)
    {
        KeyName.Check(options.Namespace, "namespace");
        var opening = _session.Replicas.OpenAsync(options, cancellation);
        try
        {
            return ReplyWait.For(opening, options.Observer, () => _session.Replicas.Followed.ArrivedOf(options.Namespace), cancellation);
        }
        catch
        {
            // The caller has given up, so it cannot close a watch that opens later.
            _ = opening.ContinueWith(
                static late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <inheritdoc/>
    public void EndSource(Guid source)
    {
        _session.Turns.Open.End(source); // before its tickets are lost: a request whose ticket is lost asks for another one
        _session.Turns.Own.End(source);
        BackgroundThread.StartOrRun(
            () =>
            {
                try
                {
                    CleanUp(source);
                }
                catch (Exception exception) when (exception is FaultException or AggregateException)
                {
                    // Expected: the engine is away or this client has ended. Whoever finds this client gone does it.
                    ZProcEventSource.Log.FaultCaught(nameof(RedisClient), exception);
                }
            },
            "ZProc ended source");
    }

    /// <inheritdoc/>
    public PingResult Ping(Deadline deadline, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource();
        var ping = _session.Questions.RunAsync(RedisScript.Read, _session.Keys.Of("default"), ["default"], over.Token);
        var reply = PendingReply.Wait(ping, deadline, GiveUp, "the engine's answer", cancellation);
        return new PingResult(Stopwatch.GetElapsedTime(start), reply.Number(2), null);

        bool GiveUp()
        {
            over.Cancel();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            if (Failure is null)
            {
                _session.Turns.Open.End(RedisSession.HasLeft()); // before their tickets are lost: they would ask for others
                Task.Run(() => CleanUp(Id)).Wait(DisposeBound);
                _session.Leave();
            }
        }
        catch (AggregateException exception)
        {
            // Expected: the engine is away. The others clean up after this client.
            ZProcEventSource.Log.FaultCaught(nameof(RedisClient), exception);
        }

        _session.Dispose();
    }

    private NamespaceData? Current(string ns)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        return _session.Replicas.ForReading(ns);
    }

    private EngineCommit Begin(CommitRequest request, out Task<CommitResult> outcome)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        KeyName.Check(request.Namespace, "namespace");
        CommitValidation.Check(request, Limits);
        var commit = new EngineCommit(_session, request);
        outcome = _order.Begin(request, commit);
        return commit;
    }

    /// <summary>Ends the turns of a source, and marks the processes below it as lost.</summary>
    private void CleanUp(Guid source)
    {
        _session.Turns.EndAsync(source).Wait();
        SourceCleanup.RunAsync(this, source).Wait();
    }
}
