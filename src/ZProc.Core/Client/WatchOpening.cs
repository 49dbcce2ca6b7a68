using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// Opens one watch on a replica. A watch that begins at an earlier revision than the replica's log needs older updates, which are
/// fetched in pages. One that begins now needs a replica that is as new as everything this process has observed.
/// </summary>
internal sealed class WatchOpening
{
    private readonly RequestTable _requests;
    private readonly Replicas _replicas;
    private readonly ObservedSequence _sequence;
    private readonly WatchOptions _options;
    private readonly List<Update> _older = []; // fetched, and not in the replica's log
    private bool _hasPinged;

    public WatchOpening(RequestTable requests, Replicas replicas, ObservedSequence sequence, WatchOptions options)
    {
        _requests = requests;
        _replicas = replicas;
        _sequence = sequence;
        _options = options;
    }

    /// <summary>Opens the watch.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public Watch Open(CancellationToken cancellation)
    {
        _replicas.BeginOpening(_options.Namespace);
        try
        {
            return OpenOnReplica(cancellation);
        }
        finally
        {
            _replicas.EndOpening(_options.Namespace);
        }
    }

    private Watch OpenOnReplica(CancellationToken cancellation)
    {
        while (true)
        {
            var replica = _replicas.GetOrSubscribe(_options.Namespace, cancellation, _options.Observer);
            var isBehind = false;
            var known = 0L;
            Request<NamespaceData>? resumption = null;
            lock (_requests.Gate)
            {
                _requests.ThrowIfEnded();
                if (!_replicas.Has(replica))
                {
                    _older.Clear();
                    continue; // the replica ended in the meantime
                }

                var log = replica.Feed.Log;
                known = _older.Count > 0 ? _older[^1].Revision : _options.SinceRevision ?? log.Revision;
                var isAhead = known > log.Revision;
                resumption = isAhead || _options.SinceRevision is null ? _replicas.ResumptionOf(replica) : null;
                isBehind = (_options.SinceRevision is null && _replicas.IsSuspended)
                    || (!_hasPinged && (isAhead || (_options.SinceRevision is null && !_sequence.IsStreamCurrent)));
                if (resumption is null && !isBehind && known >= log.Oldest - 1)
                {
                    log.Prepend(_older.FindAll(update => update.Revision < log.Oldest));
                    return replica.Feed.Open(_options);
                }
            }

            if (resumption is not null)
            {
                // The server may answer a ping before it sends the updates that the replica missed.
                _requests.Await(resumption, cancellation);
            }
            else if (isBehind)
            {
                // This process knows of an update that the replica lacks, or the replica waits for the next server, which the request makes
                // start. The reply comes after every update that was committed by now.
                _hasPinged = true;
                _requests.Execute(Operation.Ping, null, RequestTable.ReadEmpty, cancellation);
            }
            else
            {
                _older.AddRange(_requests.Page(_options.Namespace, known, cancellation).Updates);
            }
        }
    }
}
