using NetMQ;

namespace ZProc.Core.Wire;

/// <summary>
/// NetMQ's own threads and sockets, which it makes with the first socket of the process and would keep for ever.
/// Whoever has sockets holds a lease; with the last lease they go.
/// </summary>
internal sealed class ZeroMq : IDisposable
{
    private static readonly object Gate = new();
    private static int _leases;
    private int _disposed;

    private ZeroMq()
    {
    }

    /// <summary>Takes a lease. To be given back when the sockets are disposed; what they still have to send is sent first.</summary>
    public static ZeroMq Lease()
    {
        lock (Gate)
        {
            _leases++;
            return new ZeroMq();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        lock (Gate)
        {
            if (--_leases == 0)
            {
                NetMQConfig.Cleanup(block: true); // every socket is disposed, and each lingers for a bounded time only
            }
        }
    }
}
