using ZProc.Core.Client;

namespace ZProc.Core.Engines.Redis;

/// <summary>The client of an engine that speaks the Redis protocol.</summary>
public static class RedisClient
{
    /// <summary>Connects to an engine.</summary>
    public static IClient Connect(RedisAddress address, Deadline deadline, Guid? id = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();
}
