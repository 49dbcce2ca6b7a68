using ZProc.Core.Tests.Engines;

[assembly: AssemblyFixture(typeof(EngineServers))]

namespace ZProc.Core.Tests.Engines;

/// <summary>The servers that all tests share, each with contexts of its own. A server starts when a test first needs it.</summary>
public sealed class EngineServers : IDisposable
{
    private readonly Lazy<RedisServer> _redis = new(() => new RedisServer());
    private readonly Lazy<GarnetServer> _garnet = new(() => new GarnetServer());

    public void Dispose()
    {
        if (_redis.IsValueCreated)
        {
            _redis.Value.Dispose();
        }

        if (_garnet.IsValueCreated)
        {
            _garnet.Value.Dispose();
        }
    }

    /// <summary>The shared server of a kind. Without a <c>redis-server</c> the test is skipped.</summary>
    internal EngineServer Of(EngineKind kind)
    {
        if (kind == EngineKind.Garnet)
        {
            return _garnet.Value;
        }

        RedisProgram.SkipUnlessInstalled();
        return _redis.Value;
    }

    /// <summary>A server for one test, which may harm it.</summary>
    internal static EngineServer Start(EngineKind kind)
    {
        if (kind == EngineKind.Garnet)
        {
            return new GarnetServer();
        }

        RedisProgram.SkipUnlessInstalled();
        return new RedisServer();
    }
}
