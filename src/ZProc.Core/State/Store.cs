using System.Globalization;
using ZProc.Core.Durable;

namespace ZProc.Core.State;

/// <summary>
/// The state itself: the single place where updates are made and ordered. It needs no socket. One lock guards the whole of it;
/// each step under the lock is short and never waits. Thread-safe.
/// </summary>
/// <remarks>
/// The store only takes the lock. Behind it are <see cref="NamespaceTable"/> (the namespaces' life), <see cref="TurnQueue"/>
/// (turns), <see cref="CommitExecutor"/> (commits), <see cref="Feed"/> (watches) and <see cref="NamespaceData"/> (entries, snapshots).
/// </remarks>
public sealed class Store
{
    private readonly object _gate = new();
    private readonly CommitExecutor _commits;
    private readonly NamespaceTable _namespaces;
    private readonly CommitPipeline? _pipeline;
    private readonly DurableFolder? _folder;
    private FaultException? _closed;

    /// <summary>Creates an empty store: a new incarnation.</summary>
    /// <param name="options">Its limits.</param>
    public Store(StoreOptions? options = null)
    {
        Options = options ?? new StoreOptions();
        _commits = new CommitExecutor(Options);
        _namespaces = new NamespaceTable(_gate, Options, _commits);
    }

    private Store(StoreOptions? options, Durability durability, IJournal journal, RecoveredState recovered, DurableFolder? folder)
    {
        Options = options ?? new StoreOptions();
        Incarnation = recovered.Incarnation;
        _folder = folder;
        _commits = new CommitExecutor(Options, recovered.Sequence);
        _pipeline = _commits.Pipeline = new CommitPipeline(
            _gate, journal, durability, _commits.Publish, space => _namespaces!.ForgetIfUnused(space), _commits.RollBack);
        _namespaces = new NamespaceTable(_gate, Options, _commits, _pipeline);
        _namespaces.Load(recovered.Namespaces);
    }

    /// <summary>Its limits.</summary>
    public StoreOptions Options { get; }

    /// <summary>The folder of a durable store; null for one in memory.</summary>
    public string? Folder => _folder?.Path;

    /// <summary>The address and secret that the folder of a durable store keeps; null when there are none.</summary>
    internal Wire.ConnectionString? Connection
    {
        get => _folder?.ReadConnection();
        set => _folder?.WriteConnection(value!);
    }

    /// <summary>What could not be read when the folder was opened; null when everything was read.</summary>
    public CutOff? CutOff { get; private init; }

    /// <summary>Identifies the state: this start of the server, or the first start of a durable one.</summary>
    public Guid Incarnation { get; } = Guid.NewGuid();

    /// <summary>The number of commits so far, over all namespaces.</summary>
    public long Sequence => _commits.Sequence;

    /// <summary>How many namespaces take room, those that are only watched included.</summary>
    internal int HeldNamespaces
    {
        get
        {
            lock (_gate)
            {
                return _namespaces.Count;
            }
        }
    }

    /// <summary>The lock, for the steps of a server's clients that belong to the store's order.</summary>
    internal object Gate => _gate;

    /// <summary>Opens a store that keeps its updates on disk. <see cref="Close"/> ends it.</summary>
    /// <exception cref="FaultException">InvalidArgument; DirectoryInUse; DirectoryDamaged; DiskFailed.</exception>
    public static Store Open(DurableOptions durable, StoreOptions? options = null)
    {
        var folder = DurableFolder.Take(durable.Folder);
        try
        {
            var cutOff = folder.ScanLog();
            var journal = SqliteJournal.Open(
                folder.State, durable.Durability, out var recovered, folder.Start, isTakenBack: cutOff is { Transactions: > 0 });
            return new Store(options, durable.Durability, journal, recovered, folder) { CutOff = cutOff };
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens an empty store over a journal. For tests.</summary>
    internal static Store Open(IJournal journal, Durability durability, StoreOptions? options = null) =>
        new(options, durability, journal, new RecoveredState(Guid.NewGuid(), 0, []), folder: null);

    /// <summary>Runs something while nothing can be committed.</summary>
    public T Locked<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }

    /// <summary>One key's entry; null when the key is missing.</summary>
    public Entry? Get(string ns, string key)
    {
        lock (_gate)
        {
            return _namespaces.Find(ns)?.Data.Find(key);
        }
    }

    /// <summary>A whole namespace.</summary>
    public Snapshot GetSnapshot(string ns)
    {
        lock (_gate)
        {
            return _namespaces.Find(ns)?.Data.Snapshot(Sequence) ?? new Snapshot(ns, _namespaces.RemovedRevision(ns), Sequence, []);
        }
    }

    /// <summary>The revision of a namespace and its number of keys.</summary>
    public NamespaceSummary Summarize(string ns)
    {
        lock (_gate)
        {
            return _namespaces.Find(ns)?.Data.Summary ?? new NamespaceSummary(_namespaces.RemovedRevision(ns), 0);
        }
    }

    /// <summary>The namespaces that have been written to, ordered by name.</summary>
    public IReadOnlyList<NamespaceInfo> GetNamespaces()
    {
        NamespaceInfo[] namespaces;
        lock (_gate)
        {
            namespaces = [.. _namespaces.All.Where(space => space.Exists).Select(space => space.Data.Describe())];
        }

        Array.Sort(namespaces, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return namespaces;
    }

    /// <summary>The kept updates of a namespace.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="since">The last revision already known; null for all that are kept.</param>
    /// <param name="maximumBytes">The page ends with the update that reaches this size.</param>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public UpdatePage GetUpdates(string ns, long? since, long maximumBytes = long.MaxValue)
    {
        lock (_gate)
        {
            var log = _namespaces.Find(ns)?.Data.Feed.Log ?? new UpdateLog(Options.For(ns), _namespaces.RemovedRevision(ns));
            return new UpdatePage(log.Revision, log.Since(since ?? log.OldestReadable - 1, maximumBytes));
        }
    }

    /// <summary>Starts watching.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument; InvalidKey; ContextStopped.</exception>
    public Client.Watch Watch(Client.WatchOptions options) => Follow(options.Namespace, feed => feed.Open(options));

    /// <summary>Opens a namespace's feed for a watch or a follower, in one step of the store.</summary>
    /// <exception cref="FaultException">InvalidKey; ContextStopped.</exception>
    internal T Follow<T>(string ns, Func<Feed, T> begin)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            var space = _namespaces.Open(ns);
            try
            {
                return begin(space.Data.Feed);
            }
            finally
            {
                _namespaces.ForgetIfUnused(space);
            }
        }
    }

    /// <summary>How many requests wait for the turn of a namespace.</summary>
    public int Waiting(string ns)
    {
        lock (_gate)
        {
            return _namespaces.Find(ns)?.Turns.Count ?? 0;
        }
    }

    /// <summary>Commits at once, or queues the commit while another source holds the turn. The ticket receives the outcome.</summary>
    public void Commit(CommitTicket ticket) => Submit(ticket, ticket.Request.Namespace);

    /// <summary>Gives the turn at once, or queues the request.</summary>
    public void AcquireTurn(TurnTicket ticket) => Submit(ticket, ticket.Namespace);

    /// <summary>Ends a turn and serves the requests that waited for it. An unknown turn was lost before, and is ignored.</summary>
    public void ReleaseTurn(string ns, long turn)
    {
        lock (_gate)
        {
            if (_namespaces.Find(ns) is { } space)
            {
                space.Turns.Release(turn);
                _namespaces.ForgetIfUnused(space);
            }
        }
    }

    /// <summary>Takes a request out of its queue.</summary>
    /// <returns>Whether it waited; if not, its outcome has been told already.</returns>
    public bool Withdraw(Ticket ticket)
    {
        lock (_gate)
        {
            return TurnQueue.Withdraw(ticket);
        }
    }

    /// <summary>Takes its turns from a client that gives no sign of life. The client's waiting requests go on waiting.</summary>
    public void RevokeTurns(IReadOnlySet<Guid> clients)
    {
        lock (_gate)
        {
            foreach (var space in _namespaces.All)
            {
                space.Turns.Revoke(clients);
                _namespaces.ForgetIfUnused(space);
            }
        }
    }

    /// <summary>Ends every turn and waiting request of a client.</summary>
    public void EndClient(Guid client) => End((holder, _) => holder == client);

    /// <summary>Ends every turn and waiting request of one session or process.</summary>
    public void EndSource(Guid source) => End((_, holder) => holder == source);

    /// <summary>
    /// The place of the newest outcome that waits for the disk; 0 in memory. What is asked for after a commit of the same client has
    /// to show the commit: see <see cref="InOrder"/>. The caller holds the lock.
    /// </summary>
    internal long Position => _pipeline?.Position ?? 0;

    /// <summary><see cref="Position"/>, for a caller without the lock.</summary>
    internal long NewestPosition
    {
        get
        {
            if (_pipeline is null)
            {
                return 0;
            }

            lock (_gate)
            {
                return _pipeline.Position;
            }
        }
    }

    /// <summary>Whether an outcome waits for the disk. The caller holds the lock.</summary>
    internal bool IsBehind(long position) => _pipeline?.IsBehind(position) == true;

    /// <summary>Does something at once, or after an outcome that waits for the disk. The caller holds the lock.</summary>
    /// <param name="position">The place of the outcome.</param>
    /// <param name="work">What to do, under the lock.</param>
    internal void InOrder(long position, Action work)
    {
        if (IsBehind(position))
        {
            _pipeline!.After(work);
        }
        else
        {
            work();
        }
    }

    /// <summary>Waits until an outcome has come that waits for the disk.</summary>
    internal void WaitFor(long position, CancellationToken cancellation)
    {
        TaskCompletionSource come;
        lock (_gate)
        {
            if (!IsBehind(position))
            {
                return;
            }

            come = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _pipeline!.After(come.SetResult);
        }

        come.Task.Wait(cancellation);
    }

    /// <summary>Refuses everything from now on. A durable store writes what it has, and releases its folder.</summary>
    /// <returns>DiskFailed: a store with <see cref="Durability.Interval"/> could not write updates that were acknowledged. Null when nothing is lost.</returns>
    public FaultException? Close(FaultException reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            foreach (var space in _namespaces.All)
            {
                space.Turns.Fail(reason);
            }
        }

        var loss = _pipeline?.End();
        _folder?.Dispose();
        lock (_gate)
        {
            foreach (var space in _namespaces.All)
            {
                space.Data.Feed.Fail(reason);
            }
        }

        return loss;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_namespaces.Count} namespaces at sequence {Sequence}");

    private void Submit(Ticket ticket, string ns)
    {
        lock (_gate)
        {
            StoreNamespace space;
            try
            {
                ThrowIfClosed();
                space = _namespaces.Open(ns);
            }
            catch (FaultException fault)
            {
                ticket.Fail(fault);
                return;
            }

            space.Turns.Submit(ticket);
            _namespaces.ForgetIfUnused(space);
        }
    }

    private void End(Func<Guid, Guid, bool> isTheirs)
    {
        lock (_gate)
        {
            foreach (var space in _namespaces.All)
            {
                space.Turns.End(isTheirs);
                _namespaces.ForgetIfUnused(space);
            }
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed is not null)
        {
            throw _closed;
        }
    }
}
