using System.Runtime.InteropServices;
using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>A message to send in the store's order: an update for its subscribers, or the reply to one client's request.</summary>
/// <param name="Sequence">The server's sequence when the store made it.</param>
/// <param name="Update">The update; null for a reply.</param>
/// <param name="Peer">The client that gets the reply; null for an update.</param>
/// <param name="Request">The number of the request.</param>
/// <param name="Outcome">The request's result or its <see cref="FaultException"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Outgoing(long Sequence, Update? Update, Peer? Peer, long Request, object? Outcome);
