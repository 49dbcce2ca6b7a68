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

    private static Thread StartOnce(Action work, string name, int stackSize)
    {
        var thread = new Thread(() => work(), stackSize) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }
}
