using System.Diagnostics;
using ZProc.Core.Engines.Redis;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Makes the client that fits an address. It is the one place that tells the kinds of clients of other processes apart.</summary>
public static class ClientFactory
{
    /// <summary>Connects to a server or an engine.</summary>
    /// <param name="address">Where the state is, and what gives access to it.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="id">The client's id, where another process has to know it; null for a new one.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect.</exception>
    public static IClient Connect(ContextAddress address, Deadline deadline, Guid? id = null, CancellationToken cancellation = default) => address switch
    {
        ConnectionString server => RemoteClient.Connect(server, deadline, id, cancellation),
        RedisAddress engine => RedisClient.Connect(engine, deadline, id, cancellation),
        _ => throw new UnreachableException(),
    };
}
