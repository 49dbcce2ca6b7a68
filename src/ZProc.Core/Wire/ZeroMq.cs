using NetMQ;

namespace ZProc.Core.Wire;

/// <summary>
/// NetMQ's own threads and sockets, which it makes with the first socket of the process and would keep for ever.
/// Whoever has sockets holds a lease; with the last lease they go.
/// </summary>
internal sealed class ZeroMq : IDisposable
{
    // Every socket lingers for half a second at most. Very rarely NetMQ never hears that one of its sockets has closed, and
    // would wait without end: nobody's stop shall depend on that.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    private static readonly object Gate = new();
    private static int _leases;
    private static Thread? _cleanup; // that did not end in time
    private int _disposed;

    private ZeroMq()
    {
    }

    /// <summary>Takes a lease. To be given back when the sockets are disposed; what they still have to send is sent first.</summary>
    /// <exception cref="FaultException">CannotConnect: what was there before does not end, and NetMQ can be made only once at a time.</exception>
    public static ZeroMq Lease()
    {
        lock (Gate)
        {
            if (_cleanup?.Join(Bound) == false)
            {
                throw new FaultException(
                    Fault.CannotConnect, "The ZeroMQ library has not let go of an earlier connection of this OS process, and cannot be used in it any more. Start a new session.");
            }

            _cleanup = null;
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
                var cleanup = new Thread(static () => NetMQConfig.Cleanup(block: true)) { IsBackground = true, Name = "ZProc cleanup" };
                cleanup.Start();
                _cleanup = cleanup.Join(Bound) ? null : cleanup;
            }
        }
    }
}
