using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>Runs a call's items one after the other, on a thread of its own that keeps nobody from exiting.</summary>
internal abstract class ItemWorker
{
    // As deep as the engine's own pipeline threads.
    private const int StackSize = 10_000_000;

    /// <summary>Makes one.</summary>
    protected ItemWorker(ParallelCall call) => Call = call;

    /// <summary>Whose items they are.</summary>
    protected ParallelCall Call { get; }

    /// <summary>Starts it.</summary>
    public void Start() => new Thread(Run, StackSize) { IsBackground = true, Name = "ZProc items" }.Start();

    /// <summary>Asks it to end; returns at once.</summary>
    public abstract void Stop();

    /// <summary>Ends it, whatever it does; it tells the call once it has.</summary>
    public abstract void Kill();

    /// <summary>Works until there is nothing more to do.</summary>
    protected abstract void Work();

    private void Run()
    {
        try
        {
            Work();
        }
#pragma warning disable CA1031 // it happens on a thread of ours: the command tells
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
