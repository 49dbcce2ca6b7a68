using System.Runtime.InteropServices;

namespace ZProc.Core.Server;

/// <summary>A message for one client that waits for its place in the store's order.</summary>
/// <param name="Sequence">The server's sequence when the message was made: it follows every update up to there.</param>
/// <param name="Request">The number of the request that it replies to; 0 for a message of the server's own.</param>
/// <param name="Outcome">The request's result or its <see cref="FaultException"/>; a built message for one of the server's own.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Outgoing(long Sequence, long Request, object Outcome);
