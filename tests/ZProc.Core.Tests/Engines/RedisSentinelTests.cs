using System.Globalization;
using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>A context whose primary the sentinels choose.</summary>
public sealed class RedisSentinelTests
{
    public RedisSentinelTests() => RedisProgram.SkipUnlessInstalled();

    [Fact]
    public void A_client_follows_the_primary_that_the_sentinels_choose()
    {
        using var primary = new RedisServer(persistent: false);
        using var replica = new RedisServer(persistent: false, primary);
        using var sentinel = new RedisSentinel(primary);
        Assert.True(SpinWait.SpinUntil(() => Knows(sentinel, replica), Soon));
        var context = EngineServer.NewContext();
        using var client = sentinel.Connect(context);
        client.Commit(Set("a", 1));
        using (var careful = RedisClient.Connect(RedisAddress.Parse(sentinel.AddressText(context) + "&replicas=1"), InTime))
        {
            careful.Commit(Set("b", 2));
        }

        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        primary.Kill();
        Assert.Equal(3, client.Commit(Set("a", 3)).Revision); // waits for the new primary
        Assert.Equal(3, watch.Read(InTime)!.Revision);
        Assert.Equal(2, client.Get(Ns, "b", fresh: true)!.Value.Value.Plain());
        using var late = sentinel.Connect(context);
        Assert.Equal(3, late.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
    }

    [Fact]
    public void A_service_that_the_sentinels_do_not_know_is_named_in_the_error()
    {
        using var primary = new RedisServer(persistent: false);
        using var sentinel = new RedisSentinel(primary);
        var address = RedisAddress.Parse(sentinel.AddressText("a").Replace(RedisSentinel.Service, "other", StringComparison.Ordinal));
        var fault = Assert.Throws<FaultException>(() => RedisClient.Connect(address, InTime));
        Assert.Equal(Fault.CannotConnect, fault.Fault);
        Assert.Contains("service", fault.Message, StringComparison.Ordinal);
    }

    private static bool Knows(RedisSentinel sentinel, RedisServer replica) =>
        ((object?[])sentinel.Command("SENTINEL", "REPLICAS", RedisSentinel.Service)!)
            .Cast<object?[]>()
            .Any(fields => fields.Contains(replica.Port.ToString(CultureInfo.InvariantCulture)) && fields.Contains("slave") && fields.Contains("ok"));
}
