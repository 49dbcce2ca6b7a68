using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>Counts the requests of all clients that wait for turns, and bounds them. Thread-safe.</summary>
internal sealed class WaitingTickets
{
    private int _count;

    /// <summary>Counts one more, if the bound permits.</summary>
    public bool TryAdd()
    {
        if (Interlocked.Increment(ref _count) <= WireLimits.ServerWaitingTickets)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Counts one less.</summary>
    public void Remove() => Interlocked.Decrement(ref _count);
}
