using System.Collections.Concurrent;
using ZProc.Processes;

namespace ZProc.Watching;

/// <summary>
/// The watchers that this session has registered in one context. One whose process has ended is kept until the process is removed,
/// because a restart of the process makes it watch again. Thread-safe.
/// </summary>
internal sealed class WatcherTable
{
    private readonly ConcurrentDictionary<int, ZStateWatcher> _watchers = new();
    private readonly ConcurrentDictionary<Guid, ZStateWatcher> _byRecord = new(); // by the record of their process

    /// <summary>All watchers that have not ended, oldest first.</summary>
    public IEnumerable<ZStateWatcher> All => Known.Where(static watcher => !watcher.HasEnded);

    /// <summary>All watchers, with those that may watch again, oldest first.</summary>
    public IEnumerable<ZStateWatcher> Known => _watchers.Values.OrderBy(static watcher => watcher.Id);

    public void Add(ZStateWatcher watcher)
    {
        _watchers[watcher.Id] = watcher;
        if (watcher.Process is { } process)
        {
            _byRecord[process.RecordId] = watcher;
        }
    }

    public void Remove(ZStateWatcher watcher)
    {
        _watchers.TryRemove(watcher.Id, out _);
        if (watcher.Process is { } process)
        {
            _byRecord.TryRemove(process.RecordId, out _);
        }
    }

    /// <summary>Gives a watcher the process that runs its action anew. A process that runs no action of a watcher changes nothing.</summary>
    public void Renew(ZProcess process)
    {
        if (_byRecord.TryGetValue(process.RecordId, out var watcher))
        {
            watcher.Process = process;
        }
    }

    /// <summary>Removes the watcher whose process was removed, if there is one.</summary>
    public void Forget(ZProcess process)
    {
        if (_byRecord.TryGetValue(process.RecordId, out var watcher))
        {
            Remove(watcher);
        }
    }
}
