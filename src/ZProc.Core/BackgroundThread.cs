using ZProc.Core.Diagnostics;

namespace ZProc.Core;

/// <summary>
/// Starts background threads, which do not keep the OS process from exiting. A thread needs descriptors: where there are none, the
/// <see cref="DescriptorReserve"/> gives its own.
/// </summary>
public static class BackgroundThread
{
    /// <summary>Starts a thread.</summary>
    /// <param name="work">What the thread does. It has to handle its own failures: an exception ends the OS process.</param>
    /// <param name="name">The name of the thread.</param>
    /// <param name="stackSize">The size of its stack in bytes; 0 for the usual one.</param>
    /// <exception cref="OutOfMemoryException">The system gives no more threads, neither with the reserve.</exception>
    public static Thread Start(Action work, string name, int stackSize = 0)
    {
        try
        {
            return StartOnce(work, name, stackSize);
        }
        catch (OutOfMemoryException e) when (DescriptorReserve.Release())
        {
            ZProcEventSource.Log.FaultCaught(nameof(BackgroundThread), e);
            return StartOnce(work, name, stackSize);
        }
    }

    /// <summary>Does work on a thread of its own, or on the calling thread where the system gives no more threads.</summary>
    /// <param name="work">What to do. It has to handle its own failures.</param>
    /// <param name="name">The name of the thread.</param>
    public static void StartOrRun(Action work, string name) => StartOrRun(work, name, static (work, name) => Start(work, name));

    /// <inheritdoc cref="StartOrRun(Action, string)"/>
    /// <param name="work">What to do.</param>
    /// <param name="name">The name of the thread.</param>
    /// <param name="start">Starts a thread. For tests.</param>
    internal static void StartOrRun(Action work, string name, Action<Action, string> start)
    {
        try
        {
            start(work, name);
        }
        catch (OutOfMemoryException expected)
        {
            // Expected: the system gives no more threads.
            ZProcEventSource.Log.FaultCaught(nameof(BackgroundThread), expected);
            work();
        }
    }

    private static Thread StartOnce(Action work, string name, int stackSize)
    {
        var thread = new Thread(() => work(), stackSize) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }
}
