using StackExchange.Redis;
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
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_commit_does_not_build_on_what_a_fail_over_took_back(bool isUnderway, bool hasCopy)
    {
        var server = _servers.Of(EngineKind.Redis);
        using var other = server.Connect(_context);
        using var proxy = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, proxy.Port);
        other.Commit(Set("a", 1));
        using var watch = hasCopy ? client.Watch(new WatchOptions { Namespace = Ns }) : null;
        var before = (string)server.Command("HGET", Key("spaces"), Ns)!;
        var lost = client.Commit(Append("list", "x")).Revision;

        // As after a fail-over to a server that did not receive the update: another one has its revision.
        server.Command("HSET", Key("spaces"), Ns, before);
        server.Command("RPOP", Key($"l:{Ns}"));
        server.Command("HDEL", Key($"v:{Ns}"), "list");
        Assert.Equal(lost, other.Commit(Append("list", "z")).Revision);
        Task<CommitResult>? commit = null;
        if (isUnderway)
        {
            proxy.FromClients.Hold();
            commit = client.CommitAsync(Append("list", "y"), TestContext.Current.CancellationToken);
            proxy.Cut();
            proxy.FromClients.Release();
        }
        else
        {
            proxy.Cut();
            client.Commit(Set("a", 2)); // it has joined again
        }

        await (commit ?? client.CommitAsync(Append("list", "y"), TestContext.Current.CancellationToken)).WaitAsync(Soon, TestContext.Current.CancellationToken);
        Assert.Equal(new object[] { "z", "y" }, other.Get(Ns, "list", fresh: true)!.Value.Value.Plain());
    }

    [Fact]
    public async Task A_copy_is_not_taken_for_current_after_a_fail_over_took_the_sequence_back()
    {
        const int Lost = 50;
        var server = _servers.Of(EngineKind.Redis);
        using var other = server.Connect(_context);
        using var proxy = new CuttableProxy(server.Port);
        server.Command("HINCRBY", Key("meta"), "sequence", $"{Lost}");
        other.Commit(Set("a", 1));
        using var session = RedisSession.Open(
            RedisAddress.Parse(server.AddressText(_context, proxy.Port)), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        using var watch = await session.Replicas.OpenAsync(new WatchOptions { Namespace = Ns });
        Assert.Equal(1, Copied(session));
        using var joined = new ManualResetEventSlim();
        session.Forgotten = joined.Set;
        server.Command("HINCRBY", Key("meta"), "sequence", $"{-Lost}");
        server.Command("ZREM", Key("alive"), $"{session.Id:N}");
        Assert.True(joined.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.True(SpinWait.SpinUntil(() => Copied(session) is 1, Soon)); // it is confirmed anew
        proxy.ToClients.Hold();
        try
        {
            session.Sequence.Observe(other.Commit(Set("a", 2)).Sequence);
            Assert.Null(Copied(session));
        }
        finally
        {
            proxy.ToClients.Release();
        }

        Assert.True(SpinWait.SpinUntil(() => Copied(session) is 2, Soon));
    }

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

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void The_record_of_a_removed_namespace_lasts_as_long_as_a_watch_follows_it(EngineKind kind)
    {
        const int Left = 1000;
        var server = _servers.Of(kind);
        using var client = server.Connect(_context);
        client.Commit(Set("a", 1));
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        client.Commit(RemoveNamespace());
        server.Command("EXPIRE", Key($"g:{Ns}"), $"{Left}"); // almost a week later
        Assert.True(SpinWait.SpinUntil(() => (long)server.Command("TTL", Key($"g:{Ns}"))! > Left, Soon));
    }

    [Fact]
    public async Task A_watch_ends_where_an_update_of_the_new_primary_came_before_the_client_had_joined_again()
    {
        var server = _servers.Of(EngineKind.Redis);
        using var other = server.Connect(_context);
        other.Commit(Set("a", 1));
        var before = (string)server.Command("HGET", Key("spaces"), Ns)!;
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        using var watch = await session.Replicas.OpenAsync(new WatchOptions { Namespace = Ns });
        other.Commit(Set("a", 2));
        Assert.Equal(2, watch.Read(InTime)!.Revision);

        // As after a fail-over to a server that did not receive the update.
        session.Replicas.NoteLoss();
        server.Command("HSET", Key("spaces"), Ns, before);
        server.Command("RPOP", Key($"l:{Ns}"));
        Assert.Equal(2, other.Commit(Set("b", 3)).Revision);
        Assert.Equal(3, other.Commit(Set("b", 4)).Revision);
        Assert.Equal(Fault.Diverged, FaultOf(() => watch.Read(InTime))); // and not revision 3
    }

    [Fact]
    public async Task A_watch_ends_where_an_update_of_the_old_primary_was_handled_after_the_loss()
    {
        var server = _servers.Of(EngineKind.Redis);
        using var other = server.Connect(_context);
        other.Commit(Set("a", 1));
        var before = (string)server.Command("HGET", Key("spaces"), Ns)!;
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        using var watch = await session.Replicas.OpenAsync(new WatchOptions { Namespace = Ns });
        session.Replicas.NoteLoss();
        other.Commit(Set("a", 2));
        Assert.Equal(2, watch.Read(InTime)!.Revision);

        // As after a fail-over to a server that did not receive the update.
        server.Command("HSET", Key("spaces"), Ns, before);
        server.Command("RPOP", Key($"l:{Ns}"));
        Assert.Equal(2, other.Commit(Set("b", 3)).Revision);
        session.Replicas.Resume();
        Assert.Equal(Fault.Diverged, FaultOf(() => watch.Read(InTime)));
    }

    [Fact]
    public async Task A_copy_is_in_doubt_from_the_loss_on()
    {
        var server = _servers.Of(EngineKind.Redis);
        using var other = server.Connect(_context);
        other.Commit(Set("a", 1));
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        using var watch = await session.Replicas.OpenAsync(new WatchOptions { Namespace = Ns });
        Assert.Equal(1, Copied(session));
        Assert.NotNull(session.Replicas.Guess(Ns, "a"));
        session.Replicas.NoteLoss();
        Assert.Null(session.Replicas.Guess(Ns, "a"));
        session.Replicas.Confirm(Ns, 1, session.Sequence.Newest); // an answer of the new primary, which may have another update of the number
        Assert.Null(Copied(session));
        session.Replicas.Resume();
        Assert.True(SpinWait.SpinUntil(() => Copied(session) is 1, Soon));
    }

    [Fact]
    public async Task A_copy_that_was_dropped_leaves_its_successor_alone()
    {
        var server = _servers.Of(EngineKind.Redis);
        using var other = server.Connect(_context);
        other.Commit(Set("a", 1));
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        var messages = await session.Questions.SubscribeAsync(RedisChannel.Literal($"{_context}:dropped"));
        using var watch = await session.Replicas.OpenAsync(new WatchOptions { Namespace = Ns });
        lock (session.Replicas.Gate)
        {
            // It was dropped while it caught up, and comes to the namespace's removal, with which a copy without watches ends.
            var dropped = new RedisReplica(new NamespaceData(Ns, session.Replicas.Gate, session.Limits, [], 1), [], 0, messages);
            var removal = new Update(Ns, 2, session.Sequence.Newest, DateTime.UtcNow, Tester, []) { RemovesNamespace = true };
            session.Replicas.TryApply(dropped, new StampedUpdate(removal, []));
            Assert.True(session.Replicas.Followed.Has(Ns));
            Assert.True(new ReplicaCatchUp(session.Replicas, session.Reader).Begin(dropped).IsCompleted); // it fetches nothing more
        }

        other.Commit(Set("a", 2));
        Assert.Equal(2, watch.Read(InTime)!.Revision);
    }

    [Fact]
    public void A_client_that_was_struck_off_is_told_also_where_the_answer_to_its_join_was_lost()
    {
        var server = _servers.Of(EngineKind.Redis);
        using var proxy = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, proxy.Port);
        using var forgotten = new ManualResetEventSlim();
        client.Forgotten = forgotten.Set;
        proxy.ToClients.Delay = TimeSpan.FromSeconds(1);
        server.Command("ZREM", Key("alive"), $"{client.Id:N}");
        Assert.True(SpinWait.SpinUntil(() => server.Command("ZSCORE", Key("alive"), $"{client.Id:N}") is not null, Soon)); // it has joined, and does not know it
        proxy.Cut();
        proxy.ToClients.Delay = TimeSpan.Zero;
        Assert.True(forgotten.Wait(Soon, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_write_that_is_longer_on_the_wire_than_an_answer_may_take_is_made_once_and_answered()
    {
        var server = _servers.Of(EngineKind.Redis);
        using var proxy = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, proxy.Port); // alone: others would take it for gone, since its signs of life wait for the write
        proxy.FromClients.Delay = TimeSpan.FromMilliseconds(100);
        var commit = client.CommitAsync(Set("a", new byte[8_000_000]), TestContext.Current.CancellationToken);
        Assert.Equal(1, (await commit.WaitAsync(Soon, TestContext.Current.CancellationToken)).Revision);
        proxy.FromClients.Delay = TimeSpan.Zero;
        Assert.Equal(2, client.Commit(Set("a", 1)).Revision);
    }

    private static CommitRequest Append(string key, string item) => new(Ns, Tester, [new Change(ChangeKind.Append, key, V(item))]);

    /// <summary>What a copy that counts as current has of a key; null when there is none.</summary>
    private static object? Copied(RedisSession session)
    {
        lock (session.Replicas.Gate)
        {
            return session.Replicas.ForReading(Ns)?.Find("a")?.Value.Plain();
        }
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

    private string Key(string name) => $"{{zproc:{_context}}}:{name}";
}
