using ZProc.Contexts;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Watching;

/// <summary>
/// A registered watcher: passive, to be pulled from with <c>Wait-ZState -Watcher</c>, or with an action, which is a
/// process of its own.
/// </summary>
public sealed class ZStateWatcher : IDisposable
{
    private static int _lastId;
    private readonly WatchSession? _session;

    internal ZStateWatcher(ZProcContext context, string? name, WatchSpec spec, WatchSession? session, ZProcess? process)
    {
        Id = Interlocked.Increment(ref _lastId);
        Name = name ?? $"Watcher{Id}";
        Context = context;
        Spec = spec;
        _session = session;
        Process = process;
    }

    /// <summary>A number for the prompt.</summary>
    public int Id { get; }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>The namespace watched.</summary>
    public string Namespace => Spec.Namespace;

    /// <summary>The keys watched, with wildcards; none means all.</summary>
    public string[] Key => [.. Spec.Keys, .. Spec.LiteralKeys];

    /// <summary>What it waits for.</summary>
    public string Condition => Spec.Condition.ToString();

    /// <summary>The process that runs the action; <c>$null</c> for a passive watcher.</summary>
    public ZProcess? Process { get; }

    internal ZProcContext Context { get; }

    internal WatchSpec Spec { get; }

    /// <summary>Skips what has not been read; from now on only the newest update counts. For passive watchers.</summary>
    public void GoLive() => Session.GoLive();

    /// <summary>Stops watching. Stopping the process of an action is up to the caller.</summary>
    public void Dispose() => _session?.Dispose();

    internal WatchSession Session => _session ?? throw ErrorRecords.ExceptionOf(new FaultException(
        Fault.InvalidArgument, $"The watcher '{Name}' has an action that takes its updates. Register one without -Action to pull from it.", Name));
}
