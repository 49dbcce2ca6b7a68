using ZProc.Output;

namespace ZProc.Workers;

/// <summary>One attempt of a process, as the session that started it sees it.</summary>
internal abstract class Worker
{
    private readonly IWorkerOwner _owner;
    private int _ended;

    protected Worker(WorkerOrder order, IWorkerOwner owner)
    {
        Order = order;
        _owner = owner;
    }

    /// <summary>What it is to do.</summary>
    public WorkerOrder Order { get; }

    /// <summary>The OS process it runs in, once it has started.</summary>
    public abstract int ProcessId { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="Core.FaultException">It cannot be started; its owner hears no more.</exception>
    public abstract void Start();

    /// <summary>Asks it to stop, so that its <c>finally</c> blocks run; returns at once.</summary>
    public abstract void Stop();

    /// <summary>
    /// Ends it, whatever it does: an OS process is killed with all it started, which is not waited for; a runspace is
    /// abandoned, which takes up to a second, until it has begun to close.
    /// </summary>
    public abstract void Kill();

    /// <summary>Lets a watcher's process end after the call of its action that is running, if any; returns at once.</summary>
    public abstract void EndWatching();

    protected bool HasEnded => Volatile.Read(ref _ended) != 0;

    protected void Write(OutputItem item)
    {
        if (!HasEnded)
        {
            _owner.OnOutput(item);
        }
    }

    protected void Watched(WatchProgress progress) => _owner.OnWatched(progress);

    protected void Moved() => _owner.OnMoved();

    protected void End(ScriptEnd end)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _owner.OnEnded(end);
        }
    }
}
