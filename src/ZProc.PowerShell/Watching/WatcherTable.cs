using System.Collections.Concurrent;

namespace ZProc.Watching;

/// <summary>The watchers that this session has registered in one context. Thread-safe.</summary>
internal sealed class WatcherTable
{
    private readonly ConcurrentDictionary<int, ZStateWatcher> _watchers = new();

    /// <summary>All watchers, oldest first.</summary>
    public IEnumerable<ZStateWatcher> All => _watchers.Values.OrderBy(watcher => watcher.Id);

    public void Add(ZStateWatcher watcher) => _watchers[watcher.Id] = watcher;

    /// <summary>Removes a watcher and ends its watch.</summary>
    public void Remove(ZStateWatcher watcher)
    {
        if (_watchers.TryRemove(watcher.Id, out _))
        {
            watcher.Dispose();
        }
    }
}
