using ZProc.Core;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>Runs a call's items one after the other, on a background thread of its own.</summary>
internal abstract class ItemWorker
{
    // As deep as the engine's own pipeline threads.
    private const int StackSize = 10_000_000;

    /// <summary>Makes a worker that has not started.</summary>
    protected ItemWorker(ParallelCall call) => Call = call;

    /// <summary>The call whose items it runs.</summary>
    protected ParallelCall Call { get; }

    /// <summary>Starts the worker's thread.</summary>
    /// <exception cref="OutOfMemoryException">The system gives no more threads.</exception>
    public void Start() => BackgroundThread.Start(Run, "ZProc items", StackSize);

    /// <summary>Asks the worker to end. Returns at once.</summary>
    /// <param name="grace">When the worker will be killed.</param>
    public abstract void Stop(TimeSpan grace);

    /// <summary>
    /// After <see cref="Stop"/>: waits until the item cannot go on, and then asks the processes that it started to stop. It may wait for
    /// them.
    /// </summary>
    /// <param name="deadline">When to wait no longer for the item.</param>
    public virtual void StopStarted(Deadline deadline)
    {
    }

    /// <summary>Kills or abandons what the worker runs. The call is told when the worker has ended.</summary>
    public abstract void Kill();

    /// <summary>Runs items until there are no more, or the worker is stopped.</summary>
    protected abstract void Work();

    private void Run()
    {
        try
        {
            Work();
        }
#pragma warning disable CA1031 // an exception that left this thread would end the whole process
        catch (Exception e)
#pragma warning restore CA1031
        {
            Call.Fault(ScriptEnd.Failed(e).Error!);
        }
        finally
        {
            Call.OnEnded(this);
        }
    }
}
