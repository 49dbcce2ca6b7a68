using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Processes;
using ZProc.Watching;

namespace ZProc.Workers;

/// <summary>
/// Runs a watcher's action in a runspace, once for each update. The runspace stays from call to call; the thread ends when no
/// update has come for two seconds.
/// </summary>
internal sealed class WatchRunspaceWorker : RunspaceWorker
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly WatchActionStart _watch;
    private readonly LingeringThread _thread;
    private WatchSession? _session;
    private int _calls; // over all attempts

    /// <param name="order">What to run.</param>
    /// <param name="watch">What to watch.</param>
    /// <param name="template">What its runspace starts from.</param>
    /// <param name="owner">The receiver of the attempt's output and end.</param>
    public WatchRunspaceWorker(WorkerOrder order, WatchActionStart watch, InitialSessionState template, IWorkerOwner owner)
        : base(order, template, owner)
    {
        _watch = watch;
        _calls = watch.Done;
        _thread = new LingeringThread($"ZProc {order.Name}", StackSize, Linger, RunUpdates, () => Finish(ScriptEnd.Stopped));
    }

    public override void Start()
    {
        _session = WatchSession.Open(Order.Context, _watch.Spec, Self);
        _session.OnAvailable(_thread.Signal); // called while a commit waits
        if (_calls == _watch.Count)
        {
            _thread.Signal(); // an earlier attempt failed after its last call
        }
    }

    public override void EndWatching()
    {
        base.EndWatching();
        if (!_thread.Stop())
        {
            return;
        }

        if (HasProcesses)
        {
            BackgroundThread.Start(() => Finish(ScriptEnd.Stopped), "ZProc stop"); // waits for their end
        }
        else
        {
            Finish(ScriptEnd.Stopped);
        }
    }

    protected override void OnEnding()
    {
        _ = _thread.Stop();
        _session?.Dispose();
    }

    private bool RunUpdates()
    {
        if (Guarded(CallForUpdates) is not { } end)
        {
            return true;
        }

        Finish(end);
        return false;
    }

    /// <summary>Calls the action for each update that has come.</summary>
    /// <returns>How the process ended; null when it waits for more updates.</returns>
    private ScriptEnd? CallForUpdates()
    {
        while (_calls != _watch.Count)
        {
            if (IsStopping || Next() is not { } update)
            {
                return null;
            }

            if ((Prepare() ?? Runspace.Invoke(update)) is { State: not ProcessState.Completed } end)
            {
                return end;
            }

            Watched(new WatchProgress(update.Revision, ++_calls));
            if (Runspace.Exited)
            {
                break;
            }
        }

        return ScriptEnd.Completed;
    }

    private ZStateUpdate? Next()
    {
        if (!_session!.NeedsRunspace)
        {
            return _session.TryRead(out var update) ? update : null;
        }

        // A condition that is a script runs where the action does.
        return Prepare() is null ? Runspace.InRunspace(() => _session.TryRead(out var update) ? update : null) : null;
    }
}
