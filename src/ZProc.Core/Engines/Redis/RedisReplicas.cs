using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// How current this process's copies of namespaces are. The engine may drop messages of a channel: a gap shows in the revisions, and at the
/// tail in the answer to the next sign of life. The missing updates come from the log.
/// </summary>
internal sealed class RedisReplicas
{
    private readonly RedisSession _session;
    private readonly ReplicaCatchUp _catchUp;
    private int _waiting; // callers that wait for a copy
    private int _isLossNoted; // whether a connection has ended since the copies were in doubt last

    /// <param name="session">The membership.</param>
    /// <param name="questions">Asks the engine for copies, whether anybody waits for them or not.</param>
    /// <param name="reader">What the questions are about.</param>
    public RedisReplicas(RedisSession session, EngineQuestions questions, RedisReader reader)
    {
        _session = session;
        _catchUp = new ReplicaCatchUp(this, reader);
        Followed = new FollowedNamespaces(session, this, questions, reader);
    }

    /// <summary>Guards every copy and its watches.</summary>
    public object Gate => Followed.Gate;

    /// <summary>The copies.</summary>
    public FollowedNamespaces Followed { get; }

    /// <summary>How often the copies were in doubt. Guarded by the gate.</summary>
    public long Doubts { get; private set; }

    /// <summary>Whether a watch is open, or a caller waits for a copy.</summary>
    public bool AnyIsWanted => Volatile.Read(ref _waiting) > 0 || Followed.AnyIsWatched;

    /// <summary>The copy to read from; null when there is none as new as all that this process has seen. The caller holds the gate.</summary>
    public NamespaceData? ForReading(string ns) =>
        Followed.CountRead(ns) is { } replica && !IsInDoubt(replica) && replica.Confirmed >= _session.Sequence.Newest ? replica.Data : null;

    /// <summary>
    /// The value of a key in the copy of a namespace; null when there is no copy that fits, or no key. It may be out of date.
    /// </summary>
    public Entry? Guess(string ns, string key)
    {
        lock (Gate)
        {
            return Followed.Find(ns) is { } replica && !IsInDoubt(replica) ? replica.Data.Find(key) : null;
        }
    }

    /// <summary>Shows an own commit in the copy of its namespace, where there is one, before the caller learns that the commit was made.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="revision">The commit's revision.</param>
    /// <param name="update">The commit's update; null when it has to be fetched.</param>
    public Task ShowAsync(string ns, long revision, StampedUpdate? update)
    {
        lock (Gate)
        {
            return Followed.Find(ns) is not { } replica || replica.Data.Revision >= revision || (update is not null && TryApply(replica, update))
                ? Task.CompletedTask
                : WaitAsync(_catchUp.Begin(replica));
        }
    }

    /// <summary>Notes what the engine said of a namespace: a copy at that revision is as new as that answer.</summary>
    public void Confirm(string ns, long revision, long sequence)
    {
        lock (Gate)
        {
            if (Followed.Find(ns) is { } replica)
            {
                if (replica.Data.Revision < revision)
                {
                    _ = _catchUp.Begin(replica);
                }
                else if (replica.Data.Revision == revision && !IsInDoubt(replica))
                {
                    replica.Confirm(sequence);
                }
            }
        }
    }

    /// <summary>
    /// Whether the engine may have other updates than a copy: a connection has ended, and the engine has not shown since that it has the copy's
    /// newest update. The caller holds the gate.
    /// </summary>
    public bool IsInDoubt(RedisReplica replica)
    {
        if (Volatile.Read(ref _isLossNoted) != 0)
        {
            Doubt();
        }

        return replica.IsInDoubt;
    }

    /// <summary>
    /// Notes that a connection has ended: an update that is handled from now on may be of another engine than those before, or the last one of
    /// an engine that is gone. It takes no gate.
    /// </summary>
    public void NoteLoss() => Interlocked.Exchange(ref _isLossNoted, 1);

    /// <summary>Fetches what the copies missed while there was no connection, and looks whether the engine has other updates than they.</summary>
    public void Resume()
    {
        lock (Gate)
        {
            Doubt();
            foreach (var replica in Followed.All.ToArray())
            {
                _ = _catchUp.Begin(replica);
            }
        }
    }

    /// <summary>Opens a watch.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public async Task<Watch> OpenAsync(WatchOptions options, CancellationToken cancellation = default)
    {
        var older = new List<Update>();
        while (true)
        {
            var replica = await WaitAsync(Followed.FollowAsync(options.Namespace), cancellation).ConfigureAwait(false);
            Task? catchingUp = null;
            lock (Gate)
            {
                // Own earlier commits are not news to the caller, and a revision that the caller knows exists.
                if (IsInDoubt(replica) || replica.Confirmed < _session.Sequence.Newest || options.SinceRevision > replica.Data.Revision)
                {
                    catchingUp = _catchUp.Begin(replica);
                }
            }

            if (catchingUp is not null)
            {
                await WaitAsync(catchingUp, cancellation).ConfigureAwait(false);
            }

            long known;
            lock (Gate)
            {
                if (!Followed.IsKept(replica))
                {
                    older.Clear();
                    continue; // the copy ended meanwhile
                }

                var log = replica.Data.Feed.Log;
                known = older.Count > 0 ? older[^1].Revision : options.SinceRevision ?? log.Revision;
                if (known >= log.Oldest - 1)
                {
                    log.Prepend(older.FindAll(update => update.Revision < log.Oldest));
                    return replica.Data.Feed.Open(options);
                }
            }

            var page = await _session.Reader.ReadPageAsync(options.Namespace, known, cancellation).ConfigureAwait(false);
            older.AddRange(page.Updates.Select(static update => update.Update));
        }
    }

    /// <summary>Applies an update that is the next one, unless the copy is in doubt. The caller holds the gate.</summary>
    /// <returns>False when the copy has to catch up: updates are missing before this one, or it may not be the engine's.</returns>
    public bool TryApply(RedisReplica replica, StampedUpdate next)
    {
        if (next.Update.Revision <= replica.Data.Revision)
        {
            return true;
        }

        if (next.Update.Revision > replica.Data.Revision + 1 || IsInDoubt(replica))
        {
            return false;
        }

        _session.Sequence.Observe(next.Update.Sequence);
        replica.Apply(next);
        if (next.Update.RemovesNamespace || replica.Replica.UnreadBytes > Client.Replicas.MaximumUnreadBytes + replica.Data.Bytes)
        {
            Followed.DropIfUnused(replica);
        }

        return true;
    }

    /// <summary>Has a copy show that the engine still has its newest update. The caller holds the gate.</summary>
    public void Doubt(RedisReplica replica)
    {
        replica.Doubt();
        _ = _catchUp.Begin(replica);
    }

    /// <summary>Takes a message of a copy's channel: an update, or nothing where the update is large. The caller holds the gate.</summary>
    public void OnMessage(RedisReplica replica, RedisValue message)
    {
        if (!Followed.IsKept(replica))
        {
            return;
        }

        try
        {
            if (message.IsNullOrEmpty || !TryApply(replica, RedisFormat.ReadUpdate(message!)))
            {
                _ = _catchUp.Begin(replica);
            }
        }
        catch (FaultException fault)
        {
            // Expected: another program published to the channel. The log decides.
            ZProcEventSource.Log.FaultCaught(nameof(RedisReplicas), fault);
            _ = _catchUp.Begin(replica);
        }
    }

    /// <summary>Waits for a copy, which goes on also when the caller gives up.</summary>
    private async Task<T> WaitAsync<T>(Task<T> copy, CancellationToken cancellation)
    {
        await WaitAsync((Task)copy, cancellation).ConfigureAwait(false);
        return await copy.ConfigureAwait(false);
    }

    private async Task WaitAsync(Task copy, CancellationToken cancellation = default)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await copy.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Has every copy show that the engine still has its newest update. The caller holds the gate.</summary>
    private void Doubt()
    {
        Interlocked.Exchange(ref _isLossNoted, 0);
        Doubts++;
        foreach (var replica in Followed.All)
        {
            replica.Doubt();
        }
    }
}
