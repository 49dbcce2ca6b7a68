using System.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>
/// One client, over all its connections. It keeps the outcome of each request until the client has seen the reply, so that a
/// request that is sent again after a reconnect is answered again and never executed twice.
/// Only the server's thread uses it, except for <see cref="Resolve"/>, which is thread-safe.
/// </summary>
internal sealed class Peer
{
    private const int OrderSlack = 1024;

    private readonly object _gate = new();
    private readonly Dictionary<long, object?> _outcomes = [];
    private Queue<long> _order = new(); // the requests in order of arrival; some may have been forgotten
    private readonly Dictionary<string, Subscription> _retained = new(StringComparer.Ordinal);

    public Peer(Guid id) => Id = id;

    public Guid Id { get; }

    /// <summary>Its current connection; null when it has none.</summary>
    public Route? Route { get; set; }

    /// <summary>When its last message came, as a <see cref="Stopwatch"/> timestamp.</summary>
    public long LastHeard { get; set; } = Stopwatch.GetTimestamp();

    /// <summary>The time since its last message.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(LastHeard);

    /// <summary>The tickets of its requests that wait in the store, by request number, so that they can be withdrawn.</summary>
    public Dictionary<long, Ticket> Tickets { get; } = [];

    /// <summary>Retains the subscription of a lost connection, so that the store keeps the namespace until the client resumes.</summary>
    public void Retain(string ns, Subscription subscription)
    {
        if (!_retained.TryAdd(ns, subscription))
        {
            subscription.Dispose();
        }
    }

    /// <summary>Ends the subscriptions that were retained from former connections.</summary>
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
    public bool Begin(long request, long unresolved, out object? outcome)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && (oldest < unresolved || !_outcomes.ContainsKey(oldest)))
            {
                _order.Dequeue();
                _outcomes.Remove(oldest);
                Tickets.Remove(oldest);
            }

            if (_outcomes.TryGetValue(request, out outcome))
            {
                return false;
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
            _outcomes.Remove(request);
            Tickets.Remove(request);
        }
    }

    /// <summary>Keeps the outcome of a request, except that of a read: a read can be executed again.</summary>
    public void Resolve(long request, object outcome)
    {
        lock (_gate)
        {
            if (outcome is Snapshot or Entry or UpdatePage or NamespaceSummary or IReadOnlyList<NamespaceInfo>)
            {
                _outcomes.Remove(request);
            }
            else
            {
                _outcomes[request] = outcome;
            }
        }
    }
}
