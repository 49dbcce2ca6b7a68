using System.Management.Automation;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>One attempt of a process, in the session that started the process.</summary>
internal abstract class Worker
{
    private readonly IWorkerOwner _owner;
    private int _ended;

    /// <param name="order">What to run.</param>
    /// <param name="owner">The receiver of the attempt's events.</param>
    protected Worker(WorkerOrder order, IWorkerOwner owner)
    {
        Order = order;
        _owner = owner;
    }

    /// <summary>What to run.</summary>
    public WorkerOrder Order { get; }

    /// <summary>The id of the OS process in which the attempt runs; 0 before it has started.</summary>
    public abstract int ProcessId { get; }

    /// <summary>The debugger of the attempt; null where it runs in another OS process, or before it has a runspace.</summary>
    public virtual Debugger? Debugger => null;

    /// <summary>Starts the attempt.</summary>
    /// <exception cref="Core.FaultException">The attempt cannot be started. The owner receives no event of it.</exception>
    public abstract void Start();

    /// <summary>Asks the script to stop, so that its <c>finally</c> blocks run; returns at once.</summary>
    /// <param name="grace">When the attempt will be killed: a program that the script runs gets most of that time to end.</param>
    public abstract void Stop(TimeSpan grace);

    /// <summary>
    /// Ends the attempt whatever its script does. An OS process is killed with all that it started; the call does not wait for that. A
    /// runspace is abandoned: the call returns when it has begun to close, within a second.
    /// </summary>
    public abstract void Kill();

    /// <summary>Ends a watcher's process after the call of its action that runs now, if any; returns at once.</summary>
    public abstract void EndWatching();

    /// <summary>Whether the end was reported. Later output is dropped.</summary>
    protected bool HasEnded => Volatile.Read(ref _ended) != 0;

    /// <summary>Reports an object that the script wrote.</summary>
    protected void Write(OutputItem item)
    {
        if (!HasEnded)
        {
            _owner.OnOutput(item);
        }
    }

    /// <summary>Reports a call of a watcher's action.</summary>
    protected void Watched(WatchProgress progress) => _owner.OnWatched(progress);

    /// <summary>Reports that another OS process has the attempt.</summary>
    protected void Moved() => _owner.OnMoved();

    /// <summary>Reports that the script has ended, before the processes that it started have.</summary>
    protected void EndScript() => _owner.OnScriptEnded();

    /// <summary>Reports the end, once: further calls do nothing.</summary>
    protected void End(ScriptEnd end)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _owner.OnEnded(end);
        }
    }
}
