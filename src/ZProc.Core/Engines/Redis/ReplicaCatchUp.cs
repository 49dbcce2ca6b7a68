using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>Fetches the updates that a copy of a namespace lacks, and notices when the engine has other updates than the copy.</summary>
internal sealed class ReplicaCatchUp
{
    private readonly RedisReplicas _replicas;
    private readonly RedisReader _reader;

    public ReplicaCatchUp(RedisReplicas replicas, RedisReader reader)
    {
        _replicas = replicas;
        _reader = reader;
    }

    /// <summary>Fetches the updates that a copy lacks. For one in doubt it looks first if the engine still has the copy's newest update. The caller holds the gate.</summary>
    /// <returns>Ends when the copy is as new as the engine was at this call, or has ended.</returns>
    public Task Begin(RedisReplica replica)
    {
        replica.IsBehind = true;
        return replica.CatchingUp is { IsCompleted: false } underway ? underway : replica.CatchingUp = RunAsync(replica);
    }

    private async Task RunAsync(RedisReplica replica)
    {
        var ns = replica.Data.Name;
        try
        {
            while (true)
            {
                long known;
                byte[] stamp;
                bool isVerified;
                long doubts;
                lock (_replicas.Gate)
                {
                    if (!replica.IsBehind || !_replicas.Followed.IsKept(replica))
                    {
                        replica.CatchingUp = null;
                        return;
                    }

                    replica.IsBehind = false;
                    (known, stamp) = (replica.Data.Revision, replica.Stamp);
                    isVerified = _replicas.IsInDoubt(replica) && known > 0;
                    doubts = _replicas.Doubts;
                }

                // With the update before it, the page shows whether the newest one of the copy is still the engine's.
                var page = isVerified ? await _reader.TryReadPageAsync(ns, known - 1, CancellationToken.None).ConfigureAwait(false) : null;
                if (page is not null && !(page.Updates is [var same, ..] && same.Update.Revision == known && same.Stamp.AsSpan().SequenceEqual(stamp)))
                {
                    throw Diverged(ns); // it has another update there, or the copy's newest one is all that it lost
                }

                page ??= await _reader.ReadPageAsync(ns, known, CancellationToken.None).ConfigureAwait(false);
                lock (_replicas.Gate)
                {
                    if (_replicas.IsInDoubt(replica) && _replicas.Doubts == doubts)
                    {
                        replica.Trust();
                    }

                    // After another loss the page may be of an engine that is gone: no update of it is applied.
                    foreach (var update in page.Updates)
                    {
                        _replicas.TryApply(replica, update);
                    }

                    if (replica.IsInDoubt || replica.Data.Revision < page.Revision)
                    {
                        replica.IsBehind = true;
                    }
                    else
                    {
                        replica.Confirm(page.Revision == replica.Data.Revision ? page.Sequence : 0);
                    }
                }
            }
        }
        catch (FaultException fault)
        {
            var reason = fault.Fault == Fault.InvalidArgument ? Diverged(ns) : fault; // the engine has fewer updates than the copy
            ZProcEventSource.Log.FaultCaught(nameof(ReplicaCatchUp), reason);
            lock (_replicas.Gate)
            {
                replica.CatchingUp = null;
                _replicas.Followed.Fail(replica, reason);
            }
        }
    }

    private static FaultException Diverged(string ns) => new(
        Fault.Diverged,
        $"The engine lost updates of the namespace '{ns}' that this process has seen, as a fail-over can do. Read the state as it is now and watch again.",
        ns);
}
