using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using ZProc.Core.State;
using ZProc.Core.Tests.Faults;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>What a replica keeps, and what a fail-over to one that is behind takes back.</summary>
public sealed class RedisReplicationTests
{
    private readonly string _context = EngineServer.NewContext();

    public RedisReplicationTests()
    {
        RedisProgram.SkipUnlessInstalled();
        Signals.SkipUnlessKnown();
    }

    [Fact]
    public void A_commit_waits_for_the_replica_that_the_address_demands_and_says_when_it_has_none()
    {
        using var primary = new RedisServer(persistent: false);
        using var replica = new RedisServer(persistent: false, primary);
        WaitUntilReplicated(primary);
        using var client = RedisClient.Connect(RedisAddress.Parse(primary.AddressText(_context) + "?replicas=1"), InTime);
        Assert.Equal(1, client.Commit(Set("a", 1)).Revision);
        replica.Stop();
        try
        {
            var fault = Assert.Throws<FaultException>(() => client.Commit(Set("a", 2)));
            Assert.Equal(Fault.ConnectionLost, fault.Fault);
            Assert.Contains("The commit was made", fault.Message, StringComparison.Ordinal);
            Assert.Equal(2, client.Get(Ns, "a", fresh: true)!.Value.Revision);
        }
        finally
        {
            replica.Continue();
        }
    }

    [Fact]
    public async Task A_commit_is_not_confirmed_by_the_replicas_of_another_connection()
    {
        using var primary = new RedisServer(persistent: false);
        using var replica = new RedisServer(persistent: false, primary);
        WaitUntilReplicated(primary);
        var address = RedisAddress.Parse(primary.AddressText(_context) + "?replicas=1");
        using var link = RedisLink.Open(address, InTime, TestContext.Current.CancellationToken);
        var confirmation = new ReplicaConfirmation(address, link);
        var commit = new NumberedRequest(1, "", [], []) { Connection = link.IdentifyAsync() };
        await confirmation.WaitAsync(commit);

        using var restored = new ManualResetEventSlim();
        link.Restored = restored.Set;
        primary.Command("CLIENT", "KILL", "TYPE", "normal");
        Assert.True(restored.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.True(SpinWait.SpinUntil(() => link.IdentifyAsync().ContinueWith(static answer => answer.IsCompletedSuccessfully).Result, Soon));
        Assert.Equal(Fault.ConnectionLost, (await Assert.ThrowsAsync<FaultException>(() => confirmation.WaitAsync(commit))).Fault);
        commit.Connection = link.IdentifyAsync();
        await confirmation.WaitAsync(commit);
    }

    [Fact]
    public void A_fail_over_that_takes_updates_back_ends_the_watches_that_saw_them_and_the_client_goes_on()
    {
        using var primary = new RedisServer(persistent: false);
        using var replica = new RedisServer(persistent: false, primary);
        WaitUntilReplicated(primary);
        using var client = RedisClient.Connect(RedisAddress.Parse($"redis://127.0.0.1:{primary.Port},127.0.0.1:{replica.Port}/{_context}"), InTime);
        using (var careful = RedisClient.Connect(RedisAddress.Parse(primary.AddressText(_context) + "?replicas=1"), InTime))
        {
            careful.Commit(Set("kept", 1));
        }

        replica.Stop();
        primary.Command("CLIENT", "KILL", "TYPE", "replica"); // what it has not read yet would come through the connection
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        for (var i = 0; i < 10; i++)
        {
            client.Commit(Set("lost", i));
            Assert.NotNull(watch.Read(InTime));
        }

        primary.Kill();
        replica.Continue();
        replica.Command("REPLICAOF", "NO", "ONE");
        Assert.Equal(Fault.Diverged, Assert.Throws<FaultException>(() => watch.Read(InTime)).Fault);
        Assert.Equal(1, client.Get(Ns, "kept", fresh: true)!.Value.Value.Plain());
        Assert.Null(client.Get(Ns, "lost", fresh: true));
        Assert.Equal(2, client.Commit(Set("again", 1)).Revision);
        using var next = client.Watch(new WatchOptions { Namespace = Ns });
        client.Commit(Set("again", 2));
        Assert.Equal(3, next.Read(InTime)!.Revision);
    }

    private static void WaitUntilReplicated(RedisServer primary) =>
        Assert.True(SpinWait.SpinUntil(() => ((string)primary.Command("INFO", "replication")!).Contains("state=online", StringComparison.Ordinal), Soon));
}
