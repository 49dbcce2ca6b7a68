using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Dashboard;

/// <summary>
/// Measures the round trip to what keeps the state, as a process measures it. The session that runs a server reads its own memory, so
/// the probe joins that server as a client that may only read. Not thread-safe.
/// </summary>
internal sealed class LatencyProbe : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private readonly ZProcContext _context;
    private IClient? _client; // the probe's own

    public LatencyProbe(ZProcContext context) => _context = context;

    /// <summary>Whether the probe is a client of its own.</summary>
    public bool IsClient => _client is not null;

    /// <summary>Measures one round trip.</summary>
    /// <returns>The time and the server's sequence. A server that does not answer in time has the latency of the bound.</returns>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public (TimeSpan Latency, long Sequence) Measure(CancellationToken cancellation)
    {
        try
        {
            var ping = ClientToMeasure(cancellation).Ping(Deadline.After(Bound), cancellation);
            return (ping.Latency, ping.Sequence);
        }
        catch (FaultException fault) when (fault.Fault is Fault.Timeout or Fault.CannotConnect)
        {
            // Expected: the server is busy, or takes no more clients.
            ZProcEventSource.Log.FaultCaught(nameof(LatencyProbe), fault);
            return (Bound, _context.Client.ObservedSequence);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private IClient ClientToMeasure(CancellationToken cancellation) => !_context.IsOwner || _context.GetReadOnlyConnectionString() is not { } address
        ? _context.Client
        : _client ??= ClientFactory.Connect(ContextAddress.Parse(address), Deadline.After(Bound), id: null, cancellation);
}
