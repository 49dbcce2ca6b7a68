using System.Runtime.InteropServices;

namespace ZProc.Core.Client;

/// <summary>A server's sign of life.</summary>
/// <param name="Latency">The round trip.</param>
/// <param name="Sequence">The server's sequence.</param>
/// <param name="ProcessId">The server's OS process.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PingResult(TimeSpan Latency, long Sequence, int ProcessId);
