using System.Runtime.InteropServices;
using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>Something to be sent, in the order in which the store decided it: an update to whoever wants it, or an answer to one.</summary>
/// <param name="Sequence">The server's sequence when it was decided.</param>
/// <param name="Update">The update.</param>
/// <param name="Peer">Or: whom to answer,</param>
/// <param name="Request">which request,</param>
/// <param name="Outcome">with what.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Outgoing(long Sequence, Update? Update, Peer? Peer, long Request, object? Outcome);
