using System.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// One client, over all its connections. It keeps the outcome of each request until the client has seen the reply, so that a
/// request that is sent again after a reconnect is answered again and never executed twice. Thread-safe.
/// </summary>
internal sealed class Peer
{
    private const int OrderSlack = 1024;

    private readonly object _gate = new(); // taken inside the store's lock
    private readonly Dictionary<long, object?> _outcomes = [];
    private readonly Dictionary<long, Ticket> _tickets = []; // of requests that wait in the store
    private readonly Dictionary<string, Subscription> _retained = new(StringComparer.Ordinal); // guarded by the store's lock
    private readonly WaitingTickets _waiting;
    private Queue<long> _order = new(); // the requests in order of arrival; some may have been forgotten
    private volatile ServerConnection? _connection;
    private long _lastHeard = Stopwatch.GetTimestamp();

    public Peer(Guid id, AccessLevel access, WaitingTickets waiting)
    {
        Id = id;
        Access = access;
        _waiting = waiting;
    }

    public Guid Id { get; }

    public AccessLevel Access { get; }

    /// <summary>Its current connection; null when it has none. The table of clients guards the changes.</summary>
    public ServerConnection? Connection
    {
        get => _connection;
        set => _connection = value;
    }

    /// <summary>
    /// Held while a request is taken from a connection and served. A connection that is not the current one serves none, so the
    /// requests that the client sends again over a new connection keep their order.
    /// </summary>
    public object Serving { get; } = new(); // taken before every other lock

    /// <summary>Whether the client has left or its session has ended. Nothing may be submitted for it any more. The store's lock guards it.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>
    /// Whether an earlier server of the state knew the client, and this one has not seen it: it has to come back in time. The table of
    /// clients guards it.
    /// </summary>
    public bool IsExpected { get; set; }

    /// <summary>The place of the newest outcome of its requests that waited for the disk. The store's lock guards it.</summary>
    public long Position { get; set; }

    /// <summary>What goes out to it; null when it has no connection. The store's lock guards it.</summary>
    public Outlet? Outlet { get; private set; }

    /// <summary>The time since its last message.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastHeard));

    /// <summary>Notes a sign of life.</summary>
    public void NoteHeard() => Interlocked.Exchange(ref _lastHeard, Stopwatch.GetTimestamp());

    /// <summary>Replaces what goes out to it. The former outlet's subscriptions are retained. The caller holds the store's lock.</summary>
    public void SetOutlet(Outlet? outlet)
    {
        Outlet?.Waiting.Close(Retain);
        Outlet = outlet;
    }

    /// <summary>Retains the subscription of a lost connection, so that the store keeps the namespace until the client resumes. The caller holds the store's lock.</summary>
    private void Retain(string ns, Subscription subscription)
    {
        if (!_retained.TryAdd(ns, subscription))
        {
            subscription.Dispose();
        }
    }

    /// <summary>Ends the subscriptions that were retained from former connections. The caller holds the store's lock.</summary>
    public void EndRetained()
    {
        foreach (var subscription in _retained.Values)
        {
            subscription.Dispose();
        }

        _retained.Clear();
    }

    /// <summary>Registers a request.</summary>
    /// <param name="request">Its number.</param>
    /// <param name="unresolved">The lowest number whose reply the client has not seen. Outcomes below it are forgotten.</param>
    /// <param name="outcome">The outcome, when the same request came before and has one.</param>
    /// <returns>Whether the request is new.</returns>
    /// <exception cref="FaultException">LimitReached: the client has too many requests of which it has not seen the reply.</exception>
    public bool Begin(long request, long unresolved, out object? outcome)
    {
        lock (_gate)
        {
            // A request that still waits for a turn cannot be resolved, whatever the client says.
            while (_order.TryPeek(out var oldest) && ((oldest < unresolved && !_tickets.ContainsKey(oldest)) || !_outcomes.ContainsKey(oldest)))
            {
                _order.Dequeue();
                Drop(oldest);
            }

            if (_outcomes.TryGetValue(request, out outcome))
            {
                return false;
            }

            if (_outcomes.Count >= WireLimits.UnresolvedRequests)
            {
                throw new FaultException(
                    Fault.LimitReached, $"This session has {WireLimits.UnresolvedRequests:N0} requests whose replies it has not taken, and may have no more. Nothing was changed. Take replies first.");
            }

            _outcomes.Add(request, null);
            _order.Enqueue(request);
            if (_order.Count > 2 * (_outcomes.Count + OrderSlack))
            {
                _order = new Queue<long>(_order.Where(_outcomes.ContainsKey)); // the oldest request has waited for long
            }

            return true;
        }
    }

    /// <summary>Forgets a request whose reply the client has seen: the client will not send it again.</summary>
    public void Forget(long request)
    {
        lock (_gate)
        {
            Drop(request);
        }
    }

    /// <summary>Keeps the outcome of a request, except that of a read: a read can be executed again.</summary>
    public void Resolve(long request, object outcome)
    {
        lock (_gate)
        {
            Drop(request);
            if (outcome is not (Snapshot or Entry or UpdatePage or NamespaceSummary or IReadOnlyList<NamespaceInfo>))
            {
                _outcomes[request] = outcome;
            }
        }
    }

    /// <summary>Keeps the ticket of a request that waits in the store, so that it can be withdrawn. The caller holds the store's lock.</summary>
    /// <returns>False when too many wait.</returns>
    public bool TryKeep(long request, Ticket ticket)
    {
        lock (_gate)
        {
            if (_tickets.Count >= WireLimits.WaitingTickets || !_waiting.TryAdd())
            {
                return false;
            }

            _tickets.Add(request, ticket);
            return true;
        }
    }

    /// <summary>The ticket of a request that waits in the store; null when it does not wait.</summary>
    public Ticket? FindTicket(long request)
    {
        lock (_gate)
        {
            return _tickets.GetValueOrDefault(request);
        }
    }

    private void Drop(long request)
    {
        _outcomes.Remove(request);
        if (_tickets.Remove(request))
        {
            _waiting.Remove();
        }
    }
}
