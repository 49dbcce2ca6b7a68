using System.Diagnostics;
using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using ZProc.Core.State;
using ZProc.Core.Tests.Faults;
using ZProc.Core.Tests.Server;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>A server of the Redis protocol that was away or is short of something, and what its clients make of that.</summary>
public sealed class RedisRecoveryTests
{
    private readonly string _context = EngineServer.NewContext();

    public RedisRecoveryTests()
    {
        RedisProgram.SkipUnlessInstalled();
        Signals.SkipUnlessKnown();
    }

    [Fact]
    public async Task A_server_that_has_lost_only_the_newest_update_ends_the_watches_that_saw_it()
    {
        using var server = new RedisServer(persistent: false);
        using var client = server.Connect(_context);
        client.Commit(Set("a", 1));
        var before = (string)server.Command("HGET", Key("spaces"), Ns)!;
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        using var watch = await session.Replicas.OpenAsync(new WatchOptions { Namespace = Ns });
        client.Commit(Set("a", 2));
        Assert.Equal(2, watch.Read(InTime)!.Revision);

        // As after a fail-over to a server that did not receive the update.
        server.Command("HSET", Key("spaces"), Ns, before);
        server.Command("RPOP", Key($"l:{Ns}"));
        session.Replicas.Resume();
        Assert.Equal(Fault.Diverged, FaultOf(() => watch.Read(In(30))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_was_away_takes_nobody_for_gone(bool isKilled)
    {
        using var server = new RedisServer(persistent: false);
        var clients = Enumerable.Range(0, 6).Select(_ => server.Connect(_context)).ToArray();
        Array.ForEach(clients, client => client.Commit(SetOutputOf(client)));
        using var turn = clients[1].AcquireTurn(Ns, Tester, InTime);
        server.Command("SAVE");
        if (isKilled)
        {
            server.Kill();
        }
        else
        {
            server.Stop();
        }

        Thread.Sleep(TimeSpan.FromSeconds(14)); // longer than the silence after which a client is gone
        if (isKilled)
        {
            server.Restart();
        }
        else
        {
            server.Continue();
        }

        Thread.Sleep(TimeSpan.FromSeconds(4));
        Assert.All(clients, client => Assert.Equal(1, clients[0].Summarize(OutputOf(client), fresh: true).Count));
        Assert.Equal(1, clients[1].Commit(Set("a", 1, turn: turn.Id), InTime).Revision);
        Assert.All(clients, client => Assert.Null(client.Failure));
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public void Reads_and_waits_for_a_turn_fail_when_the_server_stays_away()
    {
        using var server = new RedisServer(persistent: false);
        using var holder = server.Connect(_context);
        using var reader = server.Connect(_context);
        using var waiting = server.Connect(_context);
        using var turn = holder.AcquireTurn(Ns, Tester, InTime);
        var wait = Task.Factory.StartNew(() => FaultOf(() => waiting.AcquireTurn(Ns, Tester)), TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => server.KeysOf(_context).Keys.Any(static key => key.EndsWith(":queues", StringComparison.Ordinal)), Soon));
        server.Kill();
        var read = Task.Factory.StartNew(() => FaultOf(() => reader.Get(Ns, "a", fresh: true)), TaskCreationOptions.LongRunning);
        Assert.True(Task.WaitAll([read, wait], Soon));
        Assert.Equal([Fault.ConnectionLost, Fault.ConnectionLost], [read.Result, wait.Result]);
    }

    [Fact]
    public void A_server_without_memory_refuses_writes_and_keeps_its_clients_and_their_turns_in_order()
    {
        using var server = new RedisServer(persistent: false);
        using var client = server.Connect(_context);
        using var other = server.Connect(_context);
        client.Commit(Set("a", 1));
        var turn = client.AcquireTurn(Ns, Tester, InTime);
        server.Command("CONFIG", "SET", "maxmemory", "1");
        Thread.Sleep(TimeSpan.FromSeconds(4)); // longer than the silence after which a turn goes on
        Assert.Equal(Fault.LimitReached, FaultOf(() => client.Commit(Set("a", 2, turn: turn.Id))));
        Assert.Equal(Fault.LimitReached, FaultOf(() => client.Commit(Set("a", 2, turn: turn.Id))));
        Assert.Equal(1, other.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
        turn.Dispose();
        client.Summarize(Ns, fresh: true); // the engine has the end of the turn, too
        server.Command("CONFIG", "SET", "maxmemory", "0");
        Assert.Equal(2, other.Commit(Set("a", 2), In(30)).Revision);
        Assert.Equal(3, client.Commit(Set("a", 3), In(30)).Revision);
    }

    [Fact]
    public void A_server_whose_disk_fails_refuses_writes_and_keeps_its_clients()
    {
        using var server = new RedisServer(persistent: false);
        using var client = server.Connect(_context);
        client.Commit(Set("a", 1));
        var turn = client.AcquireTurn("held", Tester, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        FailDisk(server);
        Thread.Sleep(TimeSpan.FromSeconds(3)); // several signs of life
        Assert.Null(client.Failure);
        Assert.Equal(1, client.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
        Assert.Equal(Fault.DiskFailed, FaultOf(() => client.Commit(Set("a", 2))));
        Assert.Equal(Fault.DiskFailed, FaultOf(() => client.Commit(Set("a", 2)))); // and no loss of the connection after a minute
        Assert.Equal(Fault.DiskFailed, FaultOf(() => client.AcquireTurn(Ns, Tester, InTime)));
        Assert.Equal(1, client.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
        turn.Dispose(); // which is refused as well
        server.Command("CONFIG", "SET", "save", "");
        Assert.Equal(2, client.Commit(Set("a", 2)).Revision);
        Assert.Equal(2, watch.Read(InTime)!.Revision);
        client.AcquireTurn("held", Tester, InTime).Dispose();
    }

    [Fact]
    public async Task A_deadline_holds_in_the_queue_of_a_server_whose_disk_fails()
    {
        using var server = new RedisServer(persistent: false);
        using var other = server.Connect(_context);
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        var turn = other.AcquireTurn(Ns, Tester, InTime);
        var commit = new EngineCommit(session, Set("a", 1));
        var running = commit.RunAsync(Task.CompletedTask, Task.CompletedTask);
        Assert.True(SpinWait.SpinUntil(() => session.Turns.Tickets.Any, Soon));
        FailDisk(server);
        Assert.True(commit.Withdraw());
        Assert.Equal(Fault.Timeout, (await Assert.ThrowsAsync<FaultException>(() => running.WaitAsync(Soon))).Fault);
        server.Command("CONFIG", "SET", "save", "");
        turn.Dispose();
        other.AcquireTurn(Ns, Tester, InTime).Dispose();
        Assert.Null(other.Get(Ns, "a", fresh: true));
    }

    [Fact]
    public void Commits_that_wait_for_a_replica_in_vain_do_not_keep_their_client_from_giving_signs_of_life()
    {
        using var server = new RedisServer(persistent: false);
        using var other = server.Connect(_context);
        using var careful = RedisClient.Connect(RedisAddress.Parse(server.AddressText(_context) + "?replicas=1"), InTime);
        other.Commit(SetOutputOf(careful));
        using var turn = careful.AcquireTurn("held", Tester, InTime);
        var start = Stopwatch.GetTimestamp();
        var commits = Enumerable.Range(0, 12).Select(number => careful.CommitAsync(Set($"{number}", 1), TestContext.Current.CancellationToken)).ToArray();
        Assert.All(commits, commit => Assert.Equal(Fault.ConnectionLost, FaultOf(() => commit.WaitAsync(Soon).GetAwaiter().GetResult())));
        Yardstick.AssertWithin(20, Stopwatch.GetElapsedTime(start));
        Assert.Equal(1, other.Summarize(OutputOf(careful), fresh: true).Count);
        var fault = Assert.Throws<FaultException>(() => careful.Commit(new CommitRequest("held", Tester, [new Change(ChangeKind.Set, "a", V(1))], turn.Id)));
        Assert.Equal(Fault.ConnectionLost, fault.Fault); // the turn is not lost
        Assert.Equal(12, other.Summarize(Ns, fresh: true).Count);
    }

    [Fact]
    public void Clients_of_a_server_that_was_emptied_leave_nothing_behind()
    {
        using var server = new RedisServer(persistent: false);
        using (var client = server.Connect(_context))
        {
            client.Commit(Set("a", 1));
            server.Command("FLUSHALL");
            Assert.Equal(Fault.ConnectionLost, FaultOf(() => client.Get(Ns, "a", fresh: true))); // and not null
            Assert.True(client.Closed.WaitHandle.WaitOne(Soon));
            Assert.Equal(Fault.ConnectionLost, client.Failure!.Fault);
            Assert.Empty(server.KeysOf(_context));
        }

        Assert.Empty(server.KeysOf(_context));
    }

    [Fact]
    public async Task A_ticket_that_was_withdrawn_never_becomes_a_turn_that_nobody_has()
    {
        using var server = new RedisServer(persistent: false);
        using var client = server.Connect(_context);
        var turn = client.AcquireTurn(Ns, Tester, InTime);
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        var wish = new TurnWish(session, Ns, Tester);
        var granted = wish.RunAsync(Task.CompletedTask);
        Assert.True(SpinWait.SpinUntil(() => session.Turns.Tickets.All().Count > 0, Soon));
        var ticket = session.Turns.Tickets.All()[0].Number;

        // The ticket leaves the queue, and a sign of life tells that before the answer to the withdrawal comes.
        await session.Questions.RunAsync(RedisScript.Withdraw, session.Keys.State, Ns, ticket);
        wish.Withdraw();
        turn.Dispose();
        Assert.Equal(Fault.Timeout, (await Assert.ThrowsAsync<FaultException>(() => granted.WaitAsync(Soon))).Fault);
        client.AcquireTurn(Ns, Tester, In(30)).Dispose();
    }

    [Fact]
    public void A_ticket_that_a_fail_over_took_back_is_not_taken_for_that_of_another_client()
    {
        using var server = new RedisServer(persistent: false);
        using var holder = server.Connect(_context);
        using var first = server.Connect(_context);
        using var second = server.Connect(_context);
        server.Command("HSET", Key("meta"), "ticket", "8000000000000000"); // above the clock: the numbers follow each other
        var turn = holder.AcquireTurn(Ns, Tester, InTime);
        var firsts = Task.Factory.StartNew(() => first.AcquireTurn(Ns, Tester, InTime), TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => server.Command("HGET", Key("queues"), Ns) is not null, Soon));

        // The new primary has neither the ticket nor its number.
        server.Command("HDEL", Key("queues"), Ns);
        server.Command("HINCRBY", Key("meta"), "ticket", "-1");
        var seconds = Task.Factory.StartNew(() => second.AcquireTurn(Ns, Tester, InTime), TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => server.Command("HGET", Key("queues"), Ns) is not null, Soon));
        turn.Dispose();
        var both = Task.WhenAll(firsts, seconds);
        Assert.False(both.Wait(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken));
        foreach (var each in new[] { Task.WhenAny(firsts, seconds).Result, firsts, seconds })
        {
            each.WaitAsync(Soon).GetAwaiter().GetResult().Dispose();
        }
    }

    [Fact]
    public void A_client_that_comes_back_while_others_clean_up_after_it_is_told()
    {
        using var server = new RedisServer(persistent: false);
        using var client = server.Connect(_context);
        using var forgotten = new ManualResetEventSlim();
        client.Forgotten = forgotten.Set;
        using var other = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        server.Command("HSET", Key("dying"), $"{client.Id:N}", "9000000000000000"); // the other member has claimed it, and cleans up
        other.Questions.RunAsync(RedisScript.Bury, other.Keys.OfClient($"{client.Id:N}"), $"{client.Id:N}").Wait(TestContext.Current.CancellationToken);
        Assert.True(forgotten.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.Equal(1, client.Commit(Set("a", 1)).Revision);
    }

    [Fact]
    public void A_client_that_joins_again_while_others_clean_up_after_it_is_told_by_each()
    {
        using var server = new RedisServer(persistent: false);
        using var proxy = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, proxy.Port);
        using var forgotten = new ManualResetEventSlim();
        client.Forgotten = forgotten.Set;
        using var other = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        server.Command("HSET", Key("dying"), $"{client.Id:N}", "9000000000000000"); // the other member has claimed it, and cleans up
        proxy.Cut();
        client.Commit(Set("a", 1)); // it has joined again
        Assert.False(forgotten.IsSet);
        for (var time = 0; time < 2; time++) // a member that claimed it earlier and was suspended may clean up, too
        {
            other.Questions.RunAsync(RedisScript.Bury, other.Keys.OfClient($"{client.Id:N}"), $"{client.Id:N}").Wait(TestContext.Current.CancellationToken);
            Assert.True(forgotten.Wait(Soon, TestContext.Current.CancellationToken));
            forgotten.Reset();
        }

        Assert.Equal(2, client.Commit(Set("a", 2)).Revision);
    }

    [Fact]
    public void A_client_that_is_back_is_told_of_a_clean_up_that_its_member_did_not_finish()
    {
        using var server = new RedisServer(persistent: false);
        using var client = server.Connect(_context);
        using var forgotten = new ManualResetEventSlim();
        client.Forgotten = forgotten.Set;
        server.Command("HSET", Key("dying"), $"{client.Id:N}", "1"); // whoever has claimed it died long ago
        Assert.True(forgotten.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.Equal(1, client.Commit(Set("a", 1)).Revision);
        Assert.Null(server.Command("HGET", Key("dying"), $"{client.Id:N}"));
    }

    [Fact]
    public async Task A_write_whose_outcome_the_server_has_forgotten_is_not_made_again()
    {
        using var server = new RedisServer(persistent: false);
        using var other = server.Connect(_context);
        using var proxy = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, proxy.Port);
        client.Commit(Increment("n", 1));
        proxy.ToClients.Hold();
        var commit = client.CommitAsync(Increment("n", 1), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => other.Get(Ns, "n", fresh: true)!.Value.Value.Plain() is 2, Soon));

        // The client is away for longer than the engine keeps outcomes.
        server.Command("ZREM", Key("alive"), $"{client.Id:N}");
        server.Command("DEL", Key($"o:{client.Id:N}"));
        proxy.Cut();
        proxy.ToClients.Release();
        Assert.Equal(Fault.ConnectionLost, (await Assert.ThrowsAsync<FaultException>(() => commit.WaitAsync(Soon))).Fault);
        Assert.Equal(2, other.Get(Ns, "n", fresh: true)!.Value.Value.Plain());
        client.Commit(Increment("n", 1));
        Assert.Equal(3, other.Get(Ns, "n", fresh: true)!.Value.Value.Plain());
    }

    /// <summary>Has a server refuse writes, as its disk takes none, until it does not want to save.</summary>
    private static void FailDisk(RedisServer server)
    {
        var folder = (string)((object?[])server.Command("CONFIG", "GET", "dir")!)[1]!;
        server.Command("CONFIG", "SET", "save", "3600 1");
        Directory.Delete(folder, recursive: true);
        server.Command("BGSAVE");
        Assert.True(SpinWait.SpinUntil(() => ((string)server.Command("INFO", "persistence")!).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal), Soon));
        Directory.CreateDirectory(folder); // another one: the server's own is gone
    }

    private string Key(string name) => $"{{zproc:{_context}}}:{name}";

    private static string OutputOf(IClient client) => KeyName.OutputPrefixOf(client.Id) + "x";

    private static CommitRequest SetOutputOf(IClient client) => new(OutputOf(client), Tester, [new Change(ChangeKind.Set, "a", V(1))]);
}
