using System.Runtime.InteropServices;

namespace ZProc.Core.Client;

/// <summary>A server's reply to a ping.</summary>
/// <param name="Latency">The time from request to reply.</param>
/// <param name="Sequence">The server's sequence.</param>
/// <param name="ProcessId">As <see cref="IClient.ServerProcessId"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PingResult(TimeSpan Latency, long Sequence, int? ProcessId);
