using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.StatePeer;

/// <summary>Clients of any kind, by the text of the address.</summary>
internal static class PeerClient
{
    /// <summary>Connects a client.</summary>
    /// <param name="address">The text of a connection string or of an engine's address.</param>
    /// <param name="deadline">When to give up.</param>
    public static IClient Connect(string address, Deadline deadline) => ClientFactory.Connect(ContextAddress.Parse(address), deadline);
}
