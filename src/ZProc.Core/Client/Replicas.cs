using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// This process's copies of namespaces, kept current by the stream. One is made by the first watch or after some reads,
/// and given up when its namespace is removed and nobody watches it. The gate of the <see cref="RequestTable"/> guards all.
/// </summary>
internal sealed class Replicas
{
    private const int ReadsBeforeReplica = 4;

    private readonly RequestTable _requests;
    private readonly Dictionary<string, NamespaceData> _replicas = new(StringComparer.Ordinal);

    // Asked for and not here yet. Of two subscriptions the second would move what the server sends past what the first lacks.
    private readonly Dictionary<string, Request<NamespaceData>> _subscribing = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Request> _resuming = new(StringComparer.Ordinal); // cut off, and not caught up again yet
    private readonly Dictionary<string, int> _reads = new(StringComparer.Ordinal);

    public Replicas(RequestTable requests) => _requests = requests;

    /// <summary>The limits of the server, which its copies keep, too.</summary>
    public StoreOptions Limits { get; set; } = new();

    /// <summary>A copy to read from; null when there is none yet, or it is behind after a cut. Reading often makes one. The caller holds the gate.</summary>
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
            Subscribe(ns); // it serves the reads after it has come
        }

        return null;
    }

    /// <summary>Opens a watch on a copy, with what came before it fetched as far as asked for.</summary>
    public Watch Watch(WatchOptions options, CancellationToken cancellation)
    {
        var older = new List<Update>(); // what the copy lacks, in pages
        var asked = false;
        while (true)
        {
            var replica = Get(options.Namespace, cancellation);
            var isAhead = false;
            var known = 0L;
            lock (_requests.Gate)
            {
                _requests.ThrowIfEnded();
                if (_replicas.GetValueOrDefault(options.Namespace) != replica)
                {
                    older.Clear();
                    continue; // given up in the meantime
                }

                var log = replica.Feed.Log;
                known = older.Count > 0 ? older[^1].Revision : options.SinceRevision ?? log.Revision;
                isAhead = known > log.Revision && !asked;
                if (!isAhead && known >= log.Oldest - 1)
                {
                    log.Prepend(older.FindAll(update => update.Revision < log.Oldest));
                    return replica.Feed.Open(options);
                }
            }

            if (isAhead)
            {
                asked = true;
                _requests.Ask(Operation.Ping, null, RequestTable.ReadNothing, cancellation); // its answer comes after what was there when it was asked
            }
            else
            {
                older.AddRange(_requests.Page(options.Namespace, known, cancellation).Updates);
            }
        }
    }

    /// <summary>Carries out an update, in the order of the stream.</summary>
    /// <exception cref="FaultException">MalformedMessage: one before it did not come, so that the stream has to be taken up anew.</exception>
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
                _requests.Send(new Request<object?>(
                    Operation.Unsubscribe, (ref MessagePackWriter writer) => writer.Write(update.Namespace), RequestTable.ReadNothing));
            }
        }
    }

    /// <summary>Asks for what the copies missed while there was no connection. The caller holds the gate.</summary>
    public void Resume()
    {
        foreach (var former in _resuming.Values)
        {
            _requests.Drop(former); // the server may remember its answer, which is none for this connection
        }

        _resuming.Clear();
        foreach (var replica in _replicas.Values)
        {
            var request = Resume(replica);
            _resuming.Add(replica.Name, request);
            _requests.Register(request);
        }
    }

    /// <summary>Gives a copy up that can no longer follow.</summary>
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

    private NamespaceData Get(string ns, CancellationToken cancellation)
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

    /// <summary>Asks for a namespace and all its updates from then on. The caller holds the gate.</summary>
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
        _requests.Send(request);
        return request;
    }

    /// <summary>Asks for the updates that a copy missed while the connection was cut.</summary>
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
