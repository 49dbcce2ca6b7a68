using System.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>
/// A client, over all its connections. It remembers the outcome of each request until the client has seen it, so that
/// a request sent again after a cut is answered again and never carried out twice.
/// Belongs to the server's thread but for <see cref="Resolve"/>, which any thread may call.
/// </summary>
internal sealed class Peer
{
    private const int OrderSlack = 1024;

    private readonly object _gate = new();
    private readonly Dictionary<long, object?> _outcomes = [];
    private Queue<long> _order = new(); // as they came; some may be forgotten already
    private readonly Dictionary<string, Subscription> _kept = new(StringComparer.Ordinal);

    public Peer(Guid id) => Id = id;

    public Guid Id { get; }

    /// <summary>Its present connection.</summary>
    public Route? Route { get; set; }

    /// <summary>When it was last heard of.</summary>
    public long Heard { get; set; } = Stopwatch.GetTimestamp();

    /// <summary>How long it has been silent.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Heard);

    /// <summary>Requests that wait in the store, for withdrawing them.</summary>
    public Dictionary<long, Ticket> Tickets { get; } = [];

    /// <summary>Keeps what a connection followed that is gone, so that none of it is forgotten before the client takes it up again.</summary>
    public void Keep(string ns, Subscription subscription)
    {
        if (!_kept.TryAdd(ns, subscription))
        {
            subscription.Dispose();
        }
    }

    /// <summary>Lets go of what former connections followed.</summary>
    public void LetGo()
    {
        foreach (var subscription in _kept.Values)
        {
            subscription.Dispose();
        }

        _kept.Clear();
    }

    /// <summary>Notes that a request begins.</summary>
    /// <param name="request">Its number.</param>
    /// <param name="unresolved">The lowest number whose outcome the client has not seen; outcomes below are forgotten.</param>
    /// <param name="outcome">What a former try came to, if it has come to something.</param>
    /// <returns>Whether it is new.</returns>
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
                _order = new Queue<long>(_order.Where(_outcomes.ContainsKey)); // the oldest one waits for long
            }

            return true;
        }
    }

    /// <summary>The client has seen an answer and will not ask again.</summary>
    public void Forget(long request)
    {
        lock (_gate)
        {
            _outcomes.Remove(request);
            Tickets.Remove(request);
        }
    }

    /// <summary>Notes what a request came to. What was read is not kept: reading again does no harm.</summary>
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
