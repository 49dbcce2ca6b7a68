using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// This process's replicas: copies of namespaces that the stream keeps current. The first watch or repeated reads make one. The gate
/// of the <see cref="RequestTable"/> guards all replicas.
/// </summary>
/// <remarks>
/// A replica with a watch stays. Any other ends when its namespace is removed, when it has cost more than reading the namespace anew
/// would since it was read last, and when too many others were read later.
/// </remarks>
internal sealed class Replicas
{
    /// <summary>How many replicas without a watch are kept: those that were read last.</summary>
    internal const int MaximumUnwatched = 32;

    /// <summary>How many bytes of updates a replica without a watch takes between two reads, beside the size of the namespace.</summary>
    internal const int MaximumUnreadBytes = 1024 * 1024;

    /// <summary>How many reads of a namespace make a replica.</summary>
    internal const int ReadsBeforeReplica = 4;

    /// <summary>Reads of more namespaces than this are not counted: their counts begin again.</summary>
    internal const int MaximumCounted = 1024;

    private readonly RequestTable _requests;
    private readonly Dictionary<string, Replica> _replicas = new(StringComparer.Ordinal);
    private readonly HashSet<Replica> _unwatched = []; // may hold some that have a watch by now
    private readonly Dictionary<string, int> _opening = new(StringComparer.Ordinal); // how many watches are being opened
    private readonly HashSet<Request> _unsubscribing = []; // without a reply
    private long _lastRead;

    // Subscriptions without a reply, at most one for each namespace: a second one would move the server's cursor past updates
    // that the first one's replica lacks.
    private readonly Dictionary<string, Request<NamespaceData>> _subscribing = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Request<NamespaceData>> _resuming = new(StringComparer.Ordinal); // after a reconnect, until the reply
    private readonly Dictionary<string, int> _reads = new(StringComparer.Ordinal);

    public Replicas(RequestTable requests) => _requests = requests;

    /// <summary>The limits of the server's store, which replicas share.</summary>
    public StoreOptions Limits { get; set; } = new();

    /// <summary>How many there are. Without the gate, the number of a moment ago.</summary>
    public int Count => _replicas.Count;

    /// <summary>Whether a watch is open. The caller holds the gate.</summary>
    public bool AnyIsWatched => _replicas.Values.Any(static replica => replica.IsWatched);

    /// <summary>Whether the replicas are not read from until the next connection: see <see cref="Suspend"/>. The caller holds the gate.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>How many namespaces have their reads counted. The caller holds the gate.</summary>
    internal int Counted => _reads.Count;

    /// <summary>
    /// The replica to read from; null when there is none, when it lags behind after a reconnect, and after <see cref="Suspend"/>. Repeated
    /// calls make one.
    /// The caller holds the gate.
    /// </summary>
    public NamespaceData? ForReading(string ns)
    {
        _requests.ThrowIfEnded();
        if (_replicas.TryGetValue(ns, out var replica))
        {
            replica.NoteRead(++_lastRead);
            return IsSuspended || _resuming.ContainsKey(ns) ? null : replica.Data;
        }

        if (_reads.Count >= MaximumCounted)
        {
            _reads.Clear();
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
    public NamespaceData GetOrSubscribe(string ns, CancellationToken cancellation, ITransferObserver? observer = null)
    {
        Request<NamespaceData> request;
        lock (_requests.Gate)
        {
            _requests.ThrowIfEnded();
            if (_replicas.TryGetValue(ns, out var replica))
            {
                return replica.Data;
            }

            request = _subscribing.GetValueOrDefault(ns) ?? Subscribe(ns);
        }

        return _requests.Wait(request, Deadline.Never, () => false, "a replica", cancellation, observer);
    }

    /// <summary>Keeps the replica of a namespace while a watch on it is opened, if there is one then.</summary>
    public void BeginOpening(string ns)
    {
        lock (_requests.Gate)
        {
            _opening[ns] = _opening.GetValueOrDefault(ns) + 1;
        }
    }

    /// <summary>The opening of a watch has ended.</summary>
    public void EndOpening(string ns)
    {
        lock (_requests.Gate)
        {
            if (--_opening[ns] == 0)
            {
                _opening.Remove(ns);
                Trim();
            }
        }
    }

    /// <summary>Whether a replica is still kept current. The caller holds the gate.</summary>
    public bool Has(NamespaceData replica) => _replicas.GetValueOrDefault(replica.Name)?.Data == replica;

    /// <summary>The request for what a replica missed while there was no connection; null when it has all of it. The caller holds the gate.</summary>
    public Request<NamespaceData>? ResumptionOf(NamespaceData replica) => _resuming.GetValueOrDefault(replica.Name);

    /// <summary>Applies an update, in the order of the stream.</summary>
    /// <exception cref="FaultException">MalformedMessage: an earlier update is missing, so the stream has to be resumed.</exception>
    public void Apply(Update update)
    {
        lock (_requests.Gate)
        {
            if (!_replicas.TryGetValue(update.Namespace, out var replica) || update.Revision <= replica.Data.Revision)
            {
                return;
            }

            if (update.Revision > replica.Data.Revision + 1)
            {
                throw Message.Malformed("an update was left out");
            }

            replica.Apply(update);
            if (IsUnused(replica) && (update.RemovesNamespace || replica.UnreadBytes > MaximumUnreadBytes + replica.Data.Bytes))
            {
                Drop(replica);
            }
        }
    }

    /// <summary>
    /// Gives no replica for reading until <see cref="Resume"/>. A durable state waits for its next server without an end, and only a request
    /// makes one start: so a read becomes a request, and does not tell an old value for ever. The caller holds the gate.
    /// </summary>
    public void Suspend() => IsSuspended = true;

    /// <summary>Requests the updates that the replicas missed while there was no connection. The caller holds the gate.</summary>
    public void Resume()
    {
        IsSuspended = false;
        foreach (var former in _resuming.Values)
        {
            _requests.Drop(former); // the server may have kept its outcome, which does not subscribe the new connection
            former.GiveUp();
        }

        foreach (var former in _unsubscribing)
        {
            _requests.Drop(former); // the new connection has no subscriptions yet
        }

        _unsubscribing.Clear();
        _resuming.Clear();
        foreach (var replica in _replicas.Values)
        {
            var request = Resume(replica.Data);
            _resuming.Add(replica.Data.Name, request);
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
                _unwatched.Remove(replica);
                replica.Data.Feed.Fail(reason);
            }
        }
    }

    /// <summary>Ends every watch. The caller holds the gate.</summary>
    public void EndAll(FaultException reason)
    {
        foreach (var replica in _replicas.Values)
        {
            replica.Data.Feed.Fail(reason);
        }
    }

    private bool IsUnused(Replica replica) => !replica.IsWatched && !_opening.ContainsKey(replica.Data.Name);

    /// <summary>Drops the unused replicas that were read the longest ago, beyond the number that is kept. The caller holds the gate.</summary>
    private void Trim()
    {
        if (_unwatched.Count <= MaximumUnwatched)
        {
            return;
        }

        _unwatched.RemoveWhere(static replica => replica.IsWatched);
        var unused = _unwatched.Where(IsUnused).OrderByDescending(static replica => replica.LastRead).ToList();
        foreach (var replica in unused.Skip(MaximumUnwatched))
        {
            Drop(replica);
        }
    }

    /// <summary>Drops an unused replica. The caller holds the gate.</summary>
    private void Drop(Replica replica)
    {
        var ns = replica.Data.Name;
        _replicas.Remove(ns);
        _unwatched.Remove(replica);
        _reads.Remove(ns);
        if (_resuming.Remove(ns, out var resuming))
        {
            _requests.Drop(resuming); // after another reconnect it would subscribe again
        }

        Request<object?>? request = null;
        request = new Request<object?>(
            Operation.Unsubscribe,
            (ref MessagePackWriter writer) => writer.Write(ns),
            (ref MessagePackReader body) =>
            {
                NoteUnsubscribed(request!);
                return RequestTable.ReadEmpty(ref body);
            },
            _ => NoteUnsubscribed(request!));
        _unsubscribing.Add(request);
        _requests.Queue(request);
    }

    /// <summary>A replica has no watch, or none any more. The caller holds the gate.</summary>
    private void NoteUnwatched(Replica replica)
    {
        if (Has(replica.Data))
        {
            _unwatched.Add(replica);
            Trim();
        }
    }

    private void NoteUnsubscribed(Request request)
    {
        lock (_requests.Gate)
        {
            _unsubscribing.Remove(request);
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
                var data = new NamespaceData(ns, _requests.Gate, Limits, snapshot.Unordered, snapshot.Revision);
                data.Feed.Wait = _requests.Wait;
                var replica = new Replica(data);
                data.Feed.Unwatched = () => NoteUnwatched(replica);
                lock (_requests.Gate)
                {
                    _subscribing.Remove(ns);
                    _reads.Remove(ns);
                    _replicas.Add(ns, replica);
                    replica.NoteRead(++_lastRead);
                    NoteUnwatched(replica);
                }

                return data;
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
    private Request<NamespaceData> Resume(NamespaceData replica)
    {
        Request<NamespaceData>? request = null;
        return request = new Request<NamespaceData>(
            Operation.Subscribe,
            (ref MessagePackWriter writer) =>
            {
                writer.Write(replica.Name);
                writer.Write(replica.Revision);
            },
            (ref MessagePackReader body) =>
            {
                RequestTable.ReadEmpty(ref body);
                lock (_requests.Gate)
                {
                    if (_resuming.GetValueOrDefault(replica.Name) == request)
                    {
                        _resuming.Remove(replica.Name);
                    }
                }

                return replica;
            },
            fault =>
            {
                lock (_requests.Gate)
                {
                    // Another replica of the namespace may have taken the place of this one.
                    if (Has(replica))
                    {
                        End(replica.Name, fault);
                    }
                }
            });
    }
}
