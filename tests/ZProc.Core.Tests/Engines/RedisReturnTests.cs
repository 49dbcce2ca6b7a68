using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>A client that missed something on a server of the Redis protocol, and what it makes of what it knew before.</summary>
public sealed class RedisReturnTests
{
    private readonly string _context = EngineServer.NewContext();
    private readonly EngineServers _servers;

    public RedisReturnTests(EngineServers servers) => _servers = servers;

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public async Task A_watch_sees_the_removal_of_its_namespace_whose_message_was_lost(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var client = server.Connect(_context);
        client.Commit(Set("a", 1));
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        using var silent = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        await CommitSilentlyAsync(silent, RemoveNamespace());
        Assert.True(watch.Read(InTime)!.RemovesNamespace);

        // The namespace comes and goes between two signs of life, and is as absent as before.
        await CommitSilentlyAsync(silent, Set("a", 2));
        await CommitSilentlyAsync(silent, RemoveNamespace());
        Assert.Equal(3, watch.Read(InTime)!.Revision);
        Assert.True(watch.Read(InTime)!.RemovesNamespace);
    }

    /// <summary>Makes a commit of which no client gets a message.</summary>
    private static async Task CommitSilentlyAsync(RedisSession session, CommitRequest request)
    {
        const string Message = "redis.call('PUBLISH', PREFIX .. 'u:' .. ns, update)";
        Assert.Contains(Message, RedisScript.Commit, StringComparison.Ordinal);
        var script = RedisScript.Commit.Replace(Message, "", StringComparison.Ordinal);
        var arguments = CommitPlan.WithoutEntries(request, static _ => null)!.Arguments(request, 0, false, session.Limits, false);
        Assert.Equal("OK", (await session.Requests.Send(script, session.Keys.Of(Ns), arguments).Reply.WaitAsync(Soon)).Status);
    }
}
