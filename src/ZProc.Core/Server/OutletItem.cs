using System.Runtime.InteropServices;
using ZProc.Core.State;

namespace ZProc.Core.Server;

/// <summary>One message to a client: a reply, an update, or the end of a subscription.</summary>
/// <param name="Reply">The reply, if it is none of the others.</param>
/// <param name="Update">The update; null for another message.</param>
/// <param name="Lost">The namespace whose subscription has ended; null for another message.</param>
/// <param name="Fault">Why that subscription has ended.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OutletItem(Outgoing Reply, Update? Update, string? Lost, FaultException? Fault);
