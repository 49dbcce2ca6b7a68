using System.Net.Sockets;
using NetMQ;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Wire;

/// <summary>
/// A lease of NetMQ's own threads and sockets, which NetMQ makes with the first socket of the process and never ends by itself.
/// Each owner of sockets holds a lease; the end of the last lease ends them.
/// </summary>
internal sealed class ZeroMq : IDisposable
{
    // A socket lingers for half a second at most. NetMQ very rarely misses that one of its sockets has closed, and then
    // waits without end.
    private static readonly TimeSpan CleanupTimeout = TimeSpan.FromSeconds(3);

    private static readonly object Gate = new();
    private static int _leases;
    private static Thread? _cleanup; // the last one, when it did not end in time
    private int _disposed;

    private ZeroMq()
    {
    }

    /// <summary>Takes a lease. Dispose it after the sockets; NetMQ first sends what they still hold.</summary>
    /// <exception cref="FaultException">CannotConnect: NetMQ's previous threads do not end, and one process can have only one set of them.</exception>
    public static ZeroMq Lease()
    {
        lock (Gate)
        {
            if (_cleanup?.Join(CleanupTimeout) == false)
            {
                throw new FaultException(
                    Fault.CannotConnect, "NetMQ did not close an earlier connection of this OS process and cannot be used in it again. Start a new session.");
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
                var cleanup = BackgroundThread.Start(Clean, "ZProc cleanup");
                _cleanup = cleanup.Join(CleanupTimeout) ? null : cleanup;
            }
        }
    }

    private static void Clean()
    {
        try
        {
            NetMQConfig.Cleanup(block: true);
        }
        catch (SocketException fault)
        {
            // NetMQ signals each socket that is still closing, over a pair of loopback sockets, and a system may refuse that.
            // The second call only waits until they are closed.
            ZProcEventSource.Log.FaultCaught(nameof(ZeroMq), fault);
            NetMQConfig.Cleanup(block: true);
        }
    }
}
