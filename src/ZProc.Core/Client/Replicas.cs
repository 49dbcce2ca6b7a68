using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// This process's replicas: copies of namespaces that the stream keeps current. The first watch or repeated reads make one. A
/// replica ends when its namespace is removed and has no watch. The gate of the <see cref="RequestTable"/> guards all replicas.
/// </summary>
internal sealed class Replicas
{
    private const int ReadsBeforeReplica = 4;

    private readonly RequestTable _requests;
    private readonly Dictionary<string, NamespaceData> _replicas = new(StringComparer.Ordinal);

    // Subscriptions without a reply, at most one for each namespace: a second one would move the server's cursor past updates
    // that the first one's replica lacks.
    private readonly Dictionary<string, Request<NamespaceData>> _subscribing = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Request> _resuming = new(StringComparer.Ordinal); // after a reconnect, until the reply
    private readonly Dictionary<string, int> _reads = new(StringComparer.Ordinal);

    public Replicas(RequestTable requests) => _requests = requests;

    /// <summary>The limits of the server's store, which replicas share.</summary>
    public StoreOptions Limits { get; set; } = new();

    /// <summary>How many there are. Without the gate, the number of a moment ago.</summary>
    public int Count => _replicas.Count;

    /// <summary>
    /// The replica to read from; null when there is none, or when it lags behind after a reconnect. Repeated calls make one.
    /// The caller holds the gate.
    /// </summary>
    public NamespaceData? ForReading(string ns)
    {
        _requests.ThrowIfEnded();
        if (_replicas.TryGetValue(ns, out var replica))
        {
            return _resuming.ContainsKey(ns) ? null : replica;
        }

        var reads = _reads.GetValueOrDefault(ns) + 1;
        _reads[ns] = reads;
        if (reads >= ReadsBeforeReplica && !_subscribing.ContainsKey(ns))
        {
            Subscribe(ns); // for later reads; this one does not wait for it
        }

        return null;
    }

    /// <summary>The replica of a namespace, made if there is none.</summary>
    public NamespaceData GetOrSubscribe(string ns, CancellationToken cancellation)
    {
        Request<NamespaceData> request;
        lock (_requests.Gate)
        {
            _requests.ThrowIfEnded();
            if (_replicas.TryGetValue(ns, out var replica))
            {
                return replica;
            }

            request = _subscribing.GetValueOrDefault(ns) ?? Subscribe(ns);
        }

        return _requests.Wait(request, Deadline.Never, () => false, "a replica", cancellation);
    }

    /// <summary>Whether a replica is still kept current. The caller holds the gate.</summary>
    public bool Has(NamespaceData replica) => _replicas.GetValueOrDefault(replica.Name) == replica;

    /// <summary>Applies an update, in the order of the stream.</summary>
    /// <exception cref="FaultException">MalformedMessage: an earlier update is missing, so the stream has to be resumed.</exception>
    public void Apply(Update update)
    {
        lock (_requests.Gate)
        {
            if (!_replicas.TryGetValue(update.Namespace, out var replica) || update.Revision <= replica.Revision)
            {
                return;
            }

            if (update.Revision > replica.Revision + 1)
            {
                throw Message.Malformed("an update was left out");
            }

            replica.Apply(update);
            if (update.RemovesNamespace && !replica.Feed.IsWatched)
            {
                _replicas.Remove(update.Namespace);
                _reads.Remove(update.Namespace);
                _requests.Queue(new Request<object?>(
                    Operation.Unsubscribe, (ref MessagePackWriter writer) => writer.Write(update.Namespace), RequestTable.ReadEmpty));
            }
        }
    }

    /// <summary>Requests the updates that the replicas missed while there was no connection. The caller holds the gate.</summary>
    public void Resume()
    {
        foreach (var former in _resuming.Values)
        {
            _requests.Drop(former); // the server may have kept its outcome, which does not subscribe the new connection
        }

        _resuming.Clear();
        foreach (var replica in _replicas.Values)
        {
            var request = Resume(replica);
            _resuming.Add(replica.Name, request);
            _requests.Register(request);
        }
    }

    /// <summary>Ends a replica that can no longer be kept current.</summary>
    public void End(string ns, FaultException reason)
    {
        lock (_requests.Gate)
        {
            _resuming.Remove(ns);
            if (_replicas.Remove(ns, out var replica))
            {
                _reads.Remove(ns);
                replica.Feed.Fail(reason);
            }
        }
    }

    /// <summary>Ends every watch. The caller holds the gate.</summary>
    public void EndAll(FaultException reason)
    {
        foreach (var replica in _replicas.Values)
        {
            replica.Feed.Fail(reason);
        }
    }

    /// <summary>Requests a namespace and all its updates from then on. The caller holds the gate.</summary>
    private Request<NamespaceData> Subscribe(string ns)
    {
        var parts = new SnapshotAssembly();
        var request = new Request<NamespaceData>(
            Operation.Subscribe,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(ns);
                writer.WriteNil();
            },
            (ref MessagePackReader body) =>
            {
                var snapshot = parts.Finish(ref body);
                var replica = new NamespaceData(ns, _requests.Gate, Limits, snapshot.Unordered, snapshot.Revision);
                replica.Feed.Wait = _requests.Wait;
                lock (_requests.Gate)
                {
                    _subscribing.Remove(ns);
                    _replicas.Add(ns, replica);
                }

                return replica;
            },
            _ =>
            {
                lock (_requests.Gate)
                {
                    _subscribing.Remove(ns);
                    _reads.Remove(ns);
                }
            })
        { Parts = parts };
        _subscribing.Add(ns, request);
        _requests.Queue(request);
        return request;
    }

    /// <summary>The request for the updates that a replica missed while there was no connection.</summary>
    private Request<NamespaceData> Resume(NamespaceData replica) => new(
        Operation.Subscribe,
        (ref MessagePackWriter writer) =>
        {
            writer.Write(replica.Name);
            writer.Write(replica.Revision);
        },
        (ref MessagePackReader body) =>
        {
            body.Skip();
            lock (_requests.Gate)
            {
                _resuming.Remove(replica.Name);
            }

            return replica;
        },
        fault => End(replica.Name, fault));
}
