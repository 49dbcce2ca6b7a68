using ZProc.Core.Client;

namespace ZProc.Core.State;

/// <summary>
/// The updates of one namespace, and the watches and followers of it. A watch is a cursor into the log and holds no update but the
/// newest, so a watch without a reader costs nothing. A follower reads the log itself: a connection that sends the updates to
/// another process.
/// </summary>
public sealed class Feed
{
    private readonly WatchIndex _watches = new();
    private readonly List<IFollower> _followers = [];

    /// <summary>Creates it.</summary>
    /// <param name="gate">The lock that guards the namespace and this feed.</param>
    /// <param name="log">The namespace's log.</param>
    /// <param name="snapshot">Reads the whole namespace. Called under the gate.</param>
    internal Feed(object gate, UpdateLog log, Func<Snapshot> snapshot)
    {
        Gate = gate;
        Log = log;
        Snapshot = snapshot;
    }

    /// <summary>The updates kept.</summary>
    public UpdateLog Log { get; }

    internal object Gate { get; }

    /// <summary>Reads the whole namespace. The caller holds the gate.</summary>
    internal Func<Snapshot> Snapshot { get; }

    /// <summary>How a reader of a watch waits: until it is signalled or the deadline has passed.</summary>
    internal Action<Waiter, Deadline> Wait { get; set; } = static (waiter, deadline) => waiter.Sleep(deadline);

    /// <summary>Whether there are watches or followers, here or in another process. The caller holds the gate.</summary>
    public bool IsWatched => _followers.Count > 0 || !_watches.IsEmpty;

    /// <summary>Called under the gate when the last watch or follower is gone.</summary>
    public Action? Unwatched { get; set; }

    /// <summary>Adds a follower. The caller holds the gate.</summary>
    internal void Add(IFollower follower) => _followers.Add(follower);

    /// <summary>Removes a follower. The caller holds the gate.</summary>
    internal void Remove(IFollower follower)
    {
        _followers.Remove(follower);
        TellIfUnwatched();
    }

    /// <summary>Adds an update to the log, offers it to the watches and tells the followers. The caller holds the gate.</summary>
    public void Append(Update update)
    {
        Log.Append(update);
        _watches.Offer(update);
        foreach (var follower in _followers)
        {
            follower.OnAppended(update);
        }
    }

    /// <summary>Opens a watch.</summary>
    /// <param name="options">What it sees.</param>
    /// <exception cref="FaultException">Compacted; InvalidArgument for a revision that does not exist yet.</exception>
    public Watch Open(WatchOptions options)
    {
        lock (Gate)
        {
            if (options.SinceRevision is { } since && since > Log.Revision)
            {
                throw UpdateLog.NotYet(since, Log.Revision);
            }

            var watch = new Watch(this, options);
            _watches.Add(watch);
            return watch;
        }
    }

    /// <summary>Ends every watch with a reason.</summary>
    public void Fail(FaultException reason)
    {
        lock (Gate)
        {
            foreach (var watch in _watches.All)
            {
                watch.Fail(reason);
            }
        }
    }

    internal void Remove(Watch watch)
    {
        lock (Gate)
        {
            _watches.Remove(watch);
            TellIfUnwatched();
        }
    }

    private void TellIfUnwatched()
    {
        if (!IsWatched)
        {
            Unwatched?.Invoke();
        }
    }
}
