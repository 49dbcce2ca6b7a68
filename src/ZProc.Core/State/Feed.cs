using ZProc.Core.Client;

namespace ZProc.Core.State;

/// <summary>
/// The updates of one namespace and those who watch them. A watch is a cursor into the log and holds no update of
/// its own but the newest, so one that does not read costs nothing. Literal keys are indexed: an update costs as much as it has watchers.
/// </summary>
public sealed class Feed
{
    private readonly Dictionary<string, List<Watch>> _byKey = new(StringComparer.Ordinal);
    private readonly List<Watch> _others = [];
    private int _followers;

    /// <summary>Creates it.</summary>
    /// <param name="gate">The lock that guards the namespace and everything here.</param>
    /// <param name="log">The namespace's log.</param>
    public Feed(object gate, UpdateLog log)
    {
        Gate = gate;
        Log = log;
    }

    /// <summary>The updates kept.</summary>
    public UpdateLog Log { get; }

    internal object Gate { get; }

    /// <summary>How those wait who read a watch: until they are signalled or the deadline has passed.</summary>
    internal Action<Waiter, Deadline> Wait { get; set; } = static (waiter, deadline) => waiter.Sleep(deadline);

    /// <summary>Whether anybody watches, here or in another process. The caller holds the gate.</summary>
    public bool IsWatched => _followers > 0 || _others.Count > 0 || _byKey.Count > 0;

    /// <summary>Whether somebody follows the log by themselves. The caller holds the gate.</summary>
    public bool IsFollowed => _followers > 0;

    /// <summary>Called, under the gate, when the last of those who watched is gone.</summary>
    public Action? Unwatched { get; set; }

    /// <summary>Notes that somebody follows the log by themselves, or no longer does. The caller holds the gate.</summary>
    public void Follow(bool begins)
    {
        _followers += begins ? 1 : -1;
        TellIfUnwatched();
    }

    /// <summary>Adds an update and tells those who wait for it. The caller holds the gate.</summary>
    public void Append(Update update)
    {
        Log.Append(update);
        foreach (var watch in _others)
        {
            if (watch.Options.Keys.Matches(update))
            {
                watch.Offer(update);
            }
        }

        if (_byKey.Count > 0)
        {
            foreach (var change in update.Changes)
            {
                if (_byKey.TryGetValue(change.Key, out var watches))
                {
                    foreach (var watch in watches)
                    {
                        watch.Offer(update);
                    }
                }
            }
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
            if (options.Keys.OnlyLiterals is { } keys)
            {
                foreach (var key in keys)
                {
                    if (!_byKey.TryGetValue(key, out var watches))
                    {
                        _byKey.Add(key, watches = []);
                    }

                    watches.Add(watch);
                }
            }
            else
            {
                _others.Add(watch);
            }

            return watch;
        }
    }

    /// <summary>Ends every watch with a reason.</summary>
    public void Fail(FaultException reason)
    {
        lock (Gate)
        {
            foreach (var watch in _others.Concat(_byKey.Values.SelectMany(watches => watches)))
            {
                watch.Fail(reason);
            }
        }
    }

    internal void Remove(Watch watch)
    {
        lock (Gate)
        {
            if (watch.Options.Keys.OnlyLiterals is not { } keys)
            {
                _others.Remove(watch);
            }
            else
            {
                foreach (var key in keys)
                {
                    var watches = _byKey[key];
                    watches.Remove(watch);
                    if (watches.Count == 0)
                    {
                        _byKey.Remove(key);
                    }
                }
            }

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
