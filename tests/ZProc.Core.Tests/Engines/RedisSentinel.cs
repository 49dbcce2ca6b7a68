using System.Diagnostics;
using System.Globalization;
using ZProc.Core.Tests.Durable;

namespace ZProc.Core.Tests.Engines;

/// <summary>A sentinel, which makes a replica the primary when that is gone.</summary>
internal sealed class RedisSentinel : EngineServer
{
    /// <summary>The name of the service.</summary>
    public const string Service = "jobs";

    private readonly TemporaryFolder _folder = new();
    private readonly int _primary;

    public RedisSentinel(RedisServer primary)
    {
        _primary = primary.Port;
        StartAnywhere();
    }

    protected override string AddressOptions => $"?sentinel={Service}";

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override ProcessStartInfo StartInfo(int port)
    {
        var file = _folder["sentinel.conf"];
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            port {port}
            bind 127.0.0.1
            dir {_folder.Path}
            sentinel monitor {Service} 127.0.0.1 {_primary} 1
            sentinel down-after-milliseconds {Service} 1000
            sentinel failover-timeout {Service} 10000
            """));
        return RedisProgram.StartInfo(file, "--sentinel");
    }
}
