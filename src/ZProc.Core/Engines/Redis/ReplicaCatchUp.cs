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

    /// <summary>Fetches the updates that a copy lacks. The caller holds the gate.</summary>
    /// <param name="replica">The copy.</param>
    /// <param name="verify">Whether to look if the engine still has the copy's newest update.</param>
    /// <returns>Ends when the copy is as new as the engine was at this call, or has ended.</returns>
    public Task Begin(RedisReplica replica, bool verify)
    {
        replica.IsBehind = true;
        return replica.CatchingUp = replica.CatchingUp is { IsCompleted: false } underway && !verify
            ? underway
            : RunAsync(replica, verify, replica.CatchingUp ?? Task.CompletedTask);
    }

    private async Task RunAsync(RedisReplica replica, bool verify, Task previous)
    {
        await previous.ConfigureAwait(false);
        var ns = replica.Data.Name;
        try
        {
            while (true)
            {
                long known;
                byte[] stamp;
                lock (_replicas.Gate)
                {
                    if (!replica.IsBehind && !verify)
                    {
                        replica.CatchingUp = null;
                        return;
                    }

                    replica.IsBehind = false;
                    (known, stamp) = (verify ? replica.Doubted : null) ?? (replica.Data.Revision, replica.Stamp);
                }

                // With the update before it, the page shows whether the newest one of the copy is still the engine's.
                var isVerified = verify && known > 0;
                var page = isVerified ? await _reader.TryReadPageAsync(ns, known - 1).ConfigureAwait(false) : null;
                if (page is not null && isVerified && !(page.Updates is [var same, ..] && same.Update.Revision == known && same.Stamp.AsSpan().SequenceEqual(stamp)))
                {
                    throw Diverged(ns); // it has another update there, or the copy's newest one is all that it lost
                }

                page ??= await _reader.ReadPageAsync(ns, known).ConfigureAwait(false);
                lock (_replicas.Gate)
                {
                    if (verify)
                    {
                        replica.Trust();
                    }

                    verify = false;
                    foreach (var update in page.Updates)
                    {
                        _replicas.TryApply(replica, update);
                    }

                    if (replica.Data.Revision >= page.Revision)
                    {
                        replica.Confirm(page.Revision == replica.Data.Revision ? page.Sequence : 0);
                    }
                    else
                    {
                        replica.IsBehind = true;
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
                _replicas.Fail(replica, reason);
            }
        }
    }

    private static FaultException Diverged(string ns) => new(
        Fault.Diverged,
        $"The engine lost updates of the namespace '{ns}' that this process has seen, as a fail-over can do. Read the state as it is now and watch again.",
        ns);
}
