using System.Globalization;

namespace ZProc.Core.State;

/// <summary>
/// The state itself: the single place where updates are made and ordered. It needs no socket. One lock guards it
/// all; what happens under it is short and never waits. Thread-safe.
/// </summary>
public sealed class Store
{
    private readonly object _gate = new();
    private readonly Dictionary<string, StoreNamespace> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _removed = new(StringComparer.Ordinal); // a revision is never given twice
    private readonly Action<Update>? _committed;
    private long _turns;
    private FaultException? _closed;

    /// <summary>Creates an empty store: a new incarnation.</summary>
    /// <param name="options">Its limits.</param>
    /// <param name="committed">Told of every update of a namespace that somebody follows, in order, under the lock: it must only hand it on.</param>
    public Store(StoreOptions? options = null, Action<Update>? committed = null)
    {
        Options = options ?? new StoreOptions();
        _committed = committed;
    }

    /// <summary>Its limits.</summary>
    public StoreOptions Options { get; }

    /// <summary>Identifies this start of the server.</summary>
    public Guid Incarnation { get; } = Guid.NewGuid();

    /// <summary>Counts commits over all namespaces.</summary>
    public long Sequence { get; private set; }

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

    /// <summary>Runs something while nothing can be committed.</summary>
    public T Locked<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }

    /// <summary>One key's entry; null when it is missing.</summary>
    public Entry? Get(string ns, string key)
    {
        lock (_gate)
        {
            return _namespaces.TryGetValue(ns, out var space) ? space.Data.Find(key) : null;
        }
    }

    /// <summary>A whole namespace.</summary>
    public Snapshot GetSnapshot(string ns)
    {
        lock (_gate)
        {
            return _namespaces.TryGetValue(ns, out var space) ? space.Data.Snapshot(Sequence) : new Snapshot(ns, _removed.GetValueOrDefault(ns), Sequence, []);
        }
    }

    /// <summary>How far and how large a namespace is.</summary>
    public NamespaceSummary Summarize(string ns)
    {
        lock (_gate)
        {
            return _namespaces.TryGetValue(ns, out var space) ? space.Data.Summary : new NamespaceSummary(_removed.GetValueOrDefault(ns), 0);
        }
    }

    /// <summary>The namespaces that have been written to, ordered by name.</summary>
    public IReadOnlyList<NamespaceInfo> GetNamespaces()
    {
        NamespaceInfo[] namespaces;
        lock (_gate)
        {
            namespaces = [.. _namespaces.Values.Where(space => space.Exists).Select(space => space.Data.Describe())];
        }

        Array.Sort(namespaces, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return namespaces;
    }

    /// <summary>The kept updates of a namespace.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="since">The last revision already known; null for all that are kept.</param>
    /// <param name="maximumBytes">Stops after the update with which it reaches this much.</param>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public UpdatePage GetUpdates(string ns, long? since, long maximumBytes = long.MaxValue)
    {
        lock (_gate)
        {
            var log = _namespaces.TryGetValue(ns, out var space)
                ? space.Data.Feed.Log
                : new UpdateLog(Options.For(ns), _removed.GetValueOrDefault(ns));
            return new UpdatePage(log.Revision, log.Since(since ?? log.OldestReadable - 1, maximumBytes));
        }
    }

    /// <summary>Starts watching.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument; InvalidKey; ContextStopped.</exception>
    public Client.Watch Watch(Client.WatchOptions options) => Follow(options.Namespace, feed => feed.Open(options));

    /// <summary>Lets somebody begin to watch a namespace, in one step of the store.</summary>
    /// <exception cref="FaultException">InvalidKey; ContextStopped.</exception>
    internal T Follow<T>(string ns, Func<Feed, T> begin)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            var space = Open(ns);
            try
            {
                return begin(space.Data.Feed);
            }
            finally
            {
                LetGo(space);
            }
        }
    }

    /// <summary>How many requests wait for the turn of a namespace.</summary>
    public int Waiting(string ns)
    {
        lock (_gate)
        {
            return _namespaces.TryGetValue(ns, out var space) ? space.Waiting.Count() : 0;
        }
    }

    /// <summary>Commits at once, or queues while somebody else has the turn. The ticket tells the outcome.</summary>
    public void Commit(CommitTicket ticket)
    {
        lock (_gate)
        {
            StoreNamespace? space = null;
            try
            {
                ThrowIfClosed();
                space = Open(ticket.Request.Namespace);
                if (ticket.Request.Turn != 0)
                {
                    if (space.Holder is not { } holder || holder.Id != ticket.Request.Turn || holder.Client != ticket.Client)
                    {
                        throw new FaultException(
                            Fault.TurnLost,
                            $"The turn in namespace '{space.Data.Name}' was lost before the commit: its holder ended or gave no sign of life. Nothing was changed; run the block again.",
                            space.Data.Name);
                    }
                }
                else if (space.Holder is not null)
                {
                    space.Enqueue(ticket);
                    return;
                }

                ticket.Complete(Execute(space, ticket.Request));
                if (ticket.Request.EndTurn)
                {
                    Advance(space);
                }
            }
            catch (FaultException fault)
            {
                ticket.Fail(fault);
            }

            if (space is not null)
            {
                LetGo(space);
            }
        }
    }

    /// <summary>Gives the turn at once, or queues.</summary>
    public void AcquireTurn(TurnTicket ticket)
    {
        lock (_gate)
        {
            try
            {
                ThrowIfClosed();
                var space = Open(ticket.Namespace);
                if (space.Holder is not null)
                {
                    space.Enqueue(ticket);
                    return;
                }

                Grant(space, ticket);
            }
            catch (FaultException fault)
            {
                ticket.Fail(fault);
            }
        }
    }

    /// <summary>Ends a turn and serves those who waited for it. Unknown turns are ignored: they have been lost before.</summary>
    public void ReleaseTurn(string ns, long turn)
    {
        lock (_gate)
        {
            if (_namespaces.TryGetValue(ns, out var space) && space.Holder?.Id == turn)
            {
                Advance(space);
            }
        }
    }

    /// <summary>Takes a request out of its queue.</summary>
    /// <returns>Whether it was there; if not, its outcome has been told already.</returns>
    public bool Withdraw(Ticket ticket)
    {
        lock (_gate)
        {
            if (ticket.Place is not { } place)
            {
                return false;
            }

            place.List!.Remove(place);
            ticket.Place = null;
            return true;
        }
    }

    /// <summary>Takes its turns from a client that gives no sign of life. What it waits for, it goes on waiting for.</summary>
    public void RevokeTurns(Guid client)
    {
        lock (_gate)
        {
            foreach (var space in _namespaces.Values)
            {
                if (space.Holder?.Client == client)
                {
                    Advance(space);
                }
            }
        }
    }

    /// <summary>Ends everything held or waited for by a client.</summary>
    public void EndClient(Guid client) => End((holder, source) => holder == client);

    /// <summary>Ends everything held or waited for by one session or process.</summary>
    public void EndSource(Guid source) => End((_, holder) => holder == source);

    /// <summary>Refuses everything from now on.</summary>
    public void Close(FaultException reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            foreach (var space in _namespaces.Values)
            {
                while (space.Dequeue() is { } ticket)
                {
                    ticket.Fail(reason);
                }

                space.Data.Feed.Fail(reason);
            }
        }
    }

    private void End(Func<Guid, Guid, bool> isTheirs)
    {
        lock (_gate)
        {
            foreach (var space in _namespaces.Values)
            {
                foreach (var ticket in space.Waiting.Where(ticket => isTheirs(ticket.Client, ticket.Source)).ToArray())
                {
                    Withdraw(ticket);
                    ticket.Fail(new FaultException(Fault.TurnLost, "The one who asked has ended."));
                }

                if (space.Holder is { } holder && isTheirs(holder.Client, holder.Source))
                {
                    Advance(space);
                }
            }
        }
    }

    private StoreNamespace Open(string ns)
    {
        if (!_namespaces.TryGetValue(ns, out var space))
        {
            KeyName.Check(ns, "namespace");
            _removed.Remove(ns, out var revision);
            var made = space = new StoreNamespace(new NamespaceData(ns, _gate, Options, revision));
            made.Data.Feed.Unwatched = () => LetGo(made);
            _namespaces.Add(ns, made);
        }

        return space;
    }

    /// <summary>Forgets a namespace that is not there, with its history, unless somebody still watches it or waits for it.</summary>
    private void LetGo(StoreNamespace space)
    {
        if (!space.Exists && space.IsIdle && _namespaces.Remove(space.Data.Name) && space.Data.Revision > 0)
        {
            _removed[space.Data.Name] = space.Data.Revision;
        }
    }

    private CommitResult Execute(StoreNamespace space, CommitRequest request)
    {
        var draft = new Draft(space.Find, space.FindRevision, space.GetKeys, space.Data.Name, Options.For(space.Data.Name), request.Force);
        var results = new KeyChange[request.Changes.Count];
        var removal = false;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = draft.Apply(request.Changes[i]);
            removal |= request.Changes[i].Kind == ChangeKind.RemoveNamespace;
        }

        if (removal && results.Length > 1)
        {
            throw new FaultException(Fault.InvalidArgument, "Removing a namespace goes with no other change.", space.Data.Name);
        }

        var changes = draft.Changes();
        if (changes.Count == 0 && !(removal && space.Exists))
        {
            return new CommitResult(false, space.Data.Revision, Sequence, results);
        }

        var update = new Update(space.Data.Name, space.Data.Revision + 1, ++Sequence, DateTime.UtcNow, request.Source, changes) { RemovesNamespace = removal };
        space.Data.Apply(update);
        if (space.Data.Feed.IsFollowed)
        {
            _committed?.Invoke(update);
        }

        space.Exists = !removal;
        return new CommitResult(true, update.Revision, update.Sequence, results);
    }

    private void Grant(StoreNamespace space, TurnTicket ticket)
    {
        space.Holder = new TurnHolder(++_turns, ticket.Client, ticket.Source);
        ticket.Grant(new TurnGrant(space.Holder.Id, space.Data.Revision, Sequence));
    }

    /// <summary>Serves the queue in arrival order until somebody has the turn.</summary>
    private void Advance(StoreNamespace space)
    {
        space.Holder = null;
        while (space.Holder is null && space.Dequeue() is { } ticket)
        {
            if (ticket is TurnTicket turn)
            {
                Grant(space, turn);
                continue;
            }

            var commit = (CommitTicket)ticket;
            try
            {
                commit.Complete(Execute(space, commit.Request));
            }
            catch (FaultException fault)
            {
                commit.Fail(fault);
            }
        }

        LetGo(space);
    }

    private void ThrowIfClosed()
    {
        if (_closed is not null)
        {
            throw _closed;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_namespaces.Count} namespaces at sequence {Sequence}");
}
