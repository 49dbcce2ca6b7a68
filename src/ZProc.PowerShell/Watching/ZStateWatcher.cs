using ZProc.Contexts;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Watching;

/// <summary>
/// A registered watcher. A passive one gives its updates to <c>Wait-ZState -Watcher</c>; one with an action runs the action in a
/// process of its own.
/// </summary>
public sealed class ZStateWatcher : IDisposable
{
    private static int _lastId;
    private readonly WatchSession? _session;
    private volatile ZProcess? _process;
    private volatile bool _isUnregistered;

    internal ZStateWatcher(ZProcContext context, string? name, WatchSpec spec, WatchSession? session, ZProcess? process)
    {
        Id = Interlocked.Increment(ref _lastId);
        Name = name ?? $"Watcher{Id}";
        Context = context;
        Spec = spec;
        _session = session;
        _process = process;
    }

    /// <summary>The watcher's number in this session.</summary>
    public int Id { get; }

    /// <summary>The watcher's name.</summary>
    public string Name { get; }

    /// <summary>The watched namespace.</summary>
    public string Namespace => Spec.Namespace;

    /// <summary>The watched keys, with wildcards; empty for all.</summary>
    public string[] Key => [.. Spec.Keys, .. Spec.LiteralKeys];

    /// <summary>The kind of the condition.</summary>
    public string Condition => Spec.Condition.ToString();

    /// <summary>The process that runs the action; <c>$null</c> for a passive watcher. After <c>Restart-ZProcess</c>, the new process.</summary>
    public ZProcess? Process
    {
        get => _process;
        internal set => _process = value;
    }

    internal ZProcContext Context { get; }

    internal WatchSpec Spec { get; }

    /// <summary>Whether the watcher sees no more updates: it was unregistered, or the process of its action has ended.</summary>
    internal bool HasEnded => _isUnregistered || Process is { HasExited: true };

    /// <summary>Whether the watcher was unregistered, or disposed where it has no action.</summary>
    internal bool IsUnregistered => _isUnregistered;

    /// <summary>Skips unread updates but the newest, now and from now on. For passive watchers.</summary>
    public void GoLive()
    {
        if (_session is null)
        {
            throw ErrorRecords.ExceptionOf(ActionGetsUpdates());
        }

        _session.GoLive();
    }

    /// <summary>Stops watching. The process of an action goes on; stop it with <c>Stop-ZProcess</c>.</summary>
    public void Dispose()
    {
        if (_session is not null)
        {
            Unregister();
        }
    }

    /// <summary>Takes the watcher off the list, and ends its watch. A process goes on.</summary>
    internal void Unregister()
    {
        _isUnregistered = true; // before the watch ends: its readers look at this
        Context.Watchers.Remove(this);
        _session?.Dispose();
    }

    /// <summary>The watch of a passive watcher; null for one with an action.</summary>
    internal WatchSession? Session => _session;

    /// <summary>The fault of a wait for the updates that an action gets.</summary>
    internal FaultException ActionGetsUpdates() => new(
        Fault.InvalidArgument, $"The watcher '{Name}' has an action, which gets its updates. To wait for updates, register a watcher without -Action.", Name);
}
