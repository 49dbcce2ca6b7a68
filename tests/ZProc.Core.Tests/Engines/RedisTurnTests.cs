using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using ZProc.Core.State;
using ZProc.Core.Tests.Faults;
using ZProc.Core.Tests.Model;
using ZProc.Core.Tests.Server;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>Turns on a server of the Redis protocol, and what clients leave behind there.</summary>
public sealed class RedisTurnTests
{
    private const double TurnSeconds = 10;

    private readonly string _context = EngineServer.NewContext();
    private readonly EngineServers _servers;

    public RedisTurnTests(EngineServers servers) => _servers = servers;

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Turns_come_in_the_order_in_which_they_were_asked_for(EngineKind kind)
    {
        const int Waiting = 15;
        var server = _servers.Of(kind);
        var clients = Enumerable.Range(0, 3).Select(_ => server.Connect(_context)).ToArray();
        var turn = clients[0].AcquireTurn(Ns, Tester, InTime);
        var order = new ConcurrentQueue<int>();
        var waiting = new List<Task>();
        for (var i = 0; i < Waiting; i++)
        {
            var (number, before) = (i, server.HashBytesOf(_context));
            waiting.Add(Task.Factory.StartNew(
                () =>
                {
                    using var mine = clients[number % clients.Length].AcquireTurn(Ns, Tester, InTime);
                    order.Enqueue(number);
                },
                TaskCreationOptions.LongRunning));
            Assert.True(SpinWait.SpinUntil(() => server.HashBytesOf(_context) > before, Soon)); // it is in the queue
        }

        Assert.Empty(order);
        turn.Dispose();
        Assert.True(Task.WaitAll([.. waiting], Soon));
        Assert.Equal(Enumerable.Range(0, Waiting), order);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_killed_holder_loses_its_turn_and_all_that_waits_goes_on(EngineKind kind)
    {
        Signals.SkipUnlessKnown();
        var server = _servers.Of(kind);
        using var one = server.Connect(_context);
        using var two = server.Connect(_context);
        using var holder = Hold(server);
        var before = server.HashBytesOf(_context);
        var write = one.CommitAsync(Set("a", 1));
        Assert.True(SpinWait.SpinUntil(() => server.HashBytesOf(_context) > before, Soon)); // it is in the queue, before the turn
        var turn = Task.Factory.StartNew(() => two.AcquireTurn(Ns, Tester, InTime), TaskCreationOptions.LongRunning);
        Assert.False(((IAsyncResult)write).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(5))); // the holder is well, and keeps its turn
        holder.Signal(Signals.Kill);
        var killed = Stopwatch.GetTimestamp();
        Assert.Equal(1, write.WaitAsync(Soon).GetAwaiter().GetResult().Revision);
        turn.WaitAsync(Soon).GetAwaiter().GetResult().Dispose();
        Yardstick.AssertWithin(TurnSeconds, Stopwatch.GetElapsedTime(killed));
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_holder_that_was_suspended_is_told_that_its_turn_went_on(EngineKind kind)
    {
        Signals.SkipUnlessKnown();
        var server = _servers.Of(kind);
        using var client = server.Connect(_context);
        using var holder = Hold(server);
        holder.Signal(Signals.Stop);
        using (var turn = client.AcquireTurn(Ns, Tester, InTime))
        {
            client.Commit(Set("a", 1, turn: turn.Id), InTime);
        }

        holder.Signal(Signals.Continue);
        holder.Send(PeerFrame.End); // it commits in its turn, and says what came of that
        Assert.Equal(nameof(Fault.TurnLost), Encoding.UTF8.GetString(holder.Next().Payload.Span));
        Assert.Equal(1, client.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_client_that_has_left_leaves_nothing_but_the_state(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var staying = server.Connect(_context);
        staying.Commit(Set("a", 1));
        staying.Commit(Set("b", 1));
        staying.AcquireTurn(Ns, Tester, InTime).Dispose();
        staying.Summarize(Ns, fresh: true); // the engine has the end of the turn, too
        var before = LeftOn(server);
        using (var leaving = server.Connect(_context))
        using (leaving.Watch(new WatchOptions { Namespace = Ns }))
        {
            leaving.Commit(Set("a", 2));
            using var turn = leaving.AcquireTurn(Ns, Tester, InTime);
            leaving.Commit(Set("b", 2, turn: turn.Id));
        }

        AssertSoon(before, server);
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_client_that_was_killed_leaves_nothing_but_the_state(EngineKind kind)
    {
        Signals.SkipUnlessKnown();
        var server = _servers.Of(kind);
        using var staying = server.Connect(_context);
        staying.Commit(Set("a", 1));
        staying.AcquireTurn(Ns, Tester, InTime).Dispose();
        staying.Summarize(Ns, fresh: true); // the engine has the end of the turn, too
        var before = LeftOn(server);
        using var holder = Hold(server);
        holder.Signal(Signals.Kill);
        AssertSoon(before, server);
        staying.AcquireTurn(Ns, Tester, InTime).Dispose();
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_write_that_is_refused_after_its_client_was_silent_leaves_no_turn(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var link = new CuttableProxy(server.Port);
        using var client = server.Connect(_context);
        using var silent = server.Connect(_context, link.Port);
        client.Commit(Set("a", 1));
        var turn = client.AcquireTurn(Ns, Tester, InTime);
        var before = server.HashBytesOf(_context);
        var write = silent.CommitAsync(new CommitRequest(Ns, Tester, [
            new Change(ChangeKind.Clear, ""), new Change(ChangeKind.Set, "a", V(2), new Precondition(PreconditionKind.RevisionIs, 99)),
        ]));
        Assert.True(SpinWait.SpinUntil(() => server.HashBytesOf(_context) > before, Soon)); // it is in the queue
        link.ToClients.Hold();
        turn.Dispose();
        link.FromClients.Hold();
        using (client.AcquireTurn(Ns, Tester, InTime)) // of the write, which goes back to its place
        {
            link.FromClients.Release();
            link.ToClients.Release();
            Assert.Equal(Fault.Conflict, FaultOf(() => write.WaitAsync(Soon).GetAwaiter().GetResult()));
            silent.Ping(InTime); // the engine knows of that end, too
        }

        client.AcquireTurn(Ns, Tester, InTime).Dispose();
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public async Task A_deadline_holds_behind_a_write_that_waits_for_earlier_ones(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var other = server.Connect(_context);
        using var client = server.Connect(_context);
        other.Commit(Set("b", 1)); // the client does not know of it
        var turn = other.AcquireTurn(Ns, Tester, InTime);
        var first = Queue(server, client, Set("a", 1));
        Assert.Equal(Fault.Timeout, FaultOf(() => client.Commit(Replace("b", 1, 2), In(0.5))));
        var pausing = client.CommitAsync(Replace("b", 1, 3), TestContext.Current.CancellationToken);
        var write = Start(() => FaultOf(() => client.Commit(Set("c", 1), In(0.5))));
        var wish = Start(() => FaultOf(() => client.AcquireTurn(Ns, Tester, In(0.5))));
        Assert.Equal(Fault.Timeout, await write.WaitAsync(Soon));
        Assert.Equal(Fault.Timeout, await wish.WaitAsync(Soon));
        var last = client.CommitAsync(Set("b", 4), TestContext.Current.CancellationToken);
        turn.Dispose();
        await Task.WhenAll(first, pausing, last).WaitAsync(Soon); // in this order: else the condition does not hold
        Assert.Null(other.Get(Ns, "c", fresh: true));
        Assert.Equal(4, other.Get(Ns, "b", fresh: true)!.Value.Value.Plain());
        Assert.Equal(4, other.Summarize(Ns, fresh: true).Revision);
    }

    [Fact]
    public async Task A_write_that_is_withdrawn_before_its_place_comes_is_never_made()
    {
        var server = _servers.Of(EngineKind.Garnet);
        using var client = server.Connect(_context);
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        var (placed, earlier) = (new TaskCompletionSource(), new TaskCompletionSource());
        var commit = new EngineCommit(session, Replace("a", 1, 2));
        var running = commit.RunAsync(placed.Task, earlier.Task);
        client.Commit(Set("a", 1));
        commit.Withdraw();
        placed.SetResult();
        Assert.Equal(Fault.Timeout, (await Assert.ThrowsAsync<FaultException>(() => running.WaitAsync(Soon))).Fault);
        earlier.SetResult();
        Assert.Equal(1, client.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public async Task The_end_of_a_source_ends_all_of_it_that_waits(EngineKind kind)
    {
        var server = _servers.Of(kind);
        var source = new Source(Guid.NewGuid(), "gone", 1);
        using var other = server.Connect(_context);
        using var client = server.Connect(_context);
        other.Commit(Set("b", 1)); // the client does not know of it
        var turn = other.AcquireTurn(Ns, Tester, InTime);
        var write = Queue(server, client, Set("a", 1, source));
        var before = server.HashBytesOf(_context);
        var wish = Start(() => FaultOf(() => client.AcquireTurn(Ns, source, InTime)));
        Assert.True(SpinWait.SpinUntil(() => server.HashBytesOf(_context) > before, Soon)); // it is in the queue
        var staying = Queue(server, client, Set("c", 1));
        var pausing = client.CommitAsync(Replace("b", 1, 2) with { Source = source }, TestContext.Current.CancellationToken);
        client.EndSource(source.Id);
        Assert.Equal(Fault.TurnLost, (await Assert.ThrowsAsync<FaultException>(() => write.WaitAsync(Soon))).Fault);
        Assert.Equal(Fault.TurnLost, (await Assert.ThrowsAsync<FaultException>(() => pausing.WaitAsync(Soon))).Fault);
        Assert.Equal(Fault.TurnLost, await wish.WaitAsync(Soon));
        Assert.False(staying.IsCompleted);
        turn.Dispose();
        await staying.WaitAsync(Soon);
        client.AcquireTurn(Ns, Tester, InTime).Dispose();
        Assert.Null(other.Get(Ns, "a", fresh: true));
        Assert.Equal(1, other.Get(Ns, "b", fresh: true)!.Value.Value.Plain());
        client.Commit(Set("a", 1, source), InTime); // a later request has nothing to do with that
    }

    [Fact]
    public async Task A_ticket_that_comes_after_the_end_of_its_source_is_given_back()
    {
        var server = _servers.Of(EngineKind.Garnet);
        using var other = server.Connect(_context);
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        var waits = new RequestWaits(session.Turns, Ns, Tester.Id);
        using var turn = other.AcquireTurn(Ns, Tester, InTime);
        var reply = await session.Turns.Ask(Ns, Tester).Reply;
        Assert.NotNull(server.Command("HGET", Queues, Ns));
        waits.EndSource();
        Assert.Equal(Fault.TurnLost, (await Assert.ThrowsAsync<FaultException>(() => waits.QueueAsync(reply.Number(1)).WaitAsync(Soon))).Fault);
        Assert.Null(server.Command("HGET", Queues, Ns));
    }

    [Fact]
    public void A_turn_that_a_fail_over_put_back_into_the_queue_is_lost()
    {
        var server = _servers.Of(EngineKind.Redis);
        using var other = server.Connect(_context);
        using var client = server.Connect(_context);
        var turn = client.AcquireTurn(Ns, Tester, InTime);
        var ticket = (string)server.Command("HGET", Turns, Ns)!;
        server.Command("HDEL", Turns, Ns);
        using (other.AcquireTurn(Ns, Tester, InTime))
        {
            server.Command("HSET", Queues, Ns, ticket); // the new primary has not heard that it was granted
            Assert.Equal(Fault.TurnLost, FaultOf(() => client.Commit(Set("a", 1, turn: turn.Id), In(30))));
        }

        other.AcquireTurn(Ns, Tester, InTime).Dispose(); // nobody has it
        Assert.Null(other.Get(Ns, "a", fresh: true));
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_turn_that_has_ended_ends_again_where_a_fail_over_brings_it_back(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var other = server.Connect(_context);
        using var link = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, link.Port);
        var source = new Source(Guid.NewGuid(), "gone", 1);
        Action<Turn>[] ends = [
            static turn => turn.Dispose(),
            turn => client.Commit(Set("a", 1, turn: turn.Id) with { EndTurn = true }),
            _ => client.EndSource(source.Id),
        ];
        foreach (var end in ends)
        {
            var turn = client.AcquireTurn(Ns, source, InTime);
            var ticket = (string)server.Command("HGET", Turns, Ns)!;
            end(turn);
            other.AcquireTurn(Ns, Tester, InTime).Dispose(); // it has ended
            other.Ping(InTime); // the engine has the end of that one, too

            // As after a fail-over to a server that has not heard of the end.
            server.Command("HSET", Turns, Ns, ticket);
            link.Cut();
            other.AcquireTurn(Ns, Tester, InTime).Dispose();
        }
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public async Task A_ticket_that_has_ended_ends_again_where_a_fail_over_brings_it_back(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var other = server.Connect(_context);
        using var link = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, link.Port);
        string made, withdrawn, ended;
        Task<CommitResult> write;
        var source = new Source(Guid.NewGuid(), "gone", 1);
        using (other.AcquireTurn(Ns, Tester, InTime))
        {
            using var givenUp = new CancellationTokenSource();
            var wish = Start(() => Assert.ThrowsAny<OperationCanceledException>(() => client.AcquireTurn(Ns, Tester, InTime, givenUp.Token)));
            Assert.True(SpinWait.SpinUntil(() => server.Command("HGET", Queues, Ns) is not null, Soon));
            withdrawn = (string)server.Command("HGET", Queues, Ns)!;
            await givenUp.CancelAsync();
            await wish.WaitAsync(Soon);
            Assert.True(SpinWait.SpinUntil(() => server.Command("HGET", Queues, Ns) is null, Soon));
            var gone = Queue(server, client, Set("b", 1, source));
            ended = (string)server.Command("HGET", Queues, Ns)!;
            client.EndSource(source.Id);
            Assert.Equal(Fault.TurnLost, (await Assert.ThrowsAsync<FaultException>(() => gone.WaitAsync(Soon))).Fault);
            Assert.True(SpinWait.SpinUntil(() => server.Command("HGET", Queues, Ns) is null, Soon));
            write = Queue(server, client, Set("a", 1));
            made = (string)server.Command("HGET", Queues, Ns)!;
        }

        Assert.Equal(1, (await write.WaitAsync(Soon)).Revision);
        other.AcquireTurn(Ns, Tester, InTime).Dispose(); // nobody has the turn
        other.Ping(InTime); // the engine has the end of that one, too

        // As after a fail-over to a server that has heard neither of their grants nor of their ends.
        server.Command("HSET", Queues, Ns, withdrawn + ended + made);
        link.Cut();
        other.AcquireTurn(Ns, Tester, InTime).Dispose();
        Assert.Null(server.Command("HGET", Queues, Ns));
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public async Task A_number_that_a_fail_over_took_back_is_not_given_again(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var client = server.Connect(_context);
        var turn = client.AcquireTurn(Ns, Tester, InTime);
        var next = Start(() => client.AcquireTurn(Ns, Tester, InTime));
        Assert.True(SpinWait.SpinUntil(() => server.Command("HGET", Queues, Ns) is not null, Soon));

        // The new primary has heard of neither, and counts from where it was before.
        server.Command("HSET", $"{{zproc:{_context}}}:meta", "ticket", $"{turn.Id - 1}");
        server.Command("HDEL", Turns, Ns);
        server.Command("HDEL", Queues, Ns);
        using (var second = await next.WaitAsync(Soon))
        {
            Assert.NotEqual(turn.Id, second.Id);
            Assert.Equal(Fault.TurnLost, FaultOf(() => client.Commit(Set("a", 1, turn: turn.Id))));
            Assert.Equal(1, client.Commit(Set("b", 1, turn: second.Id)).Revision);
        }
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public async Task Three_thousand_writes_of_one_client_wait_for_a_turn_and_are_made(EngineKind kind)
    {
        const int Writes = 3000;
        var server = _servers.Of(kind);
        using var other = server.Connect(_context);
        using var client = server.Connect(_context);
        Task<CommitResult>[] writes;
        using (other.AcquireTurn(Ns, Tester, InTime))
        {
            writes = [.. Enumerable.Range(1, Writes).Select(number => client.CommitAsync(Set("a", number), TestContext.Current.CancellationToken))];
            client.Ping(InTime);
        }

        var results = await Task.WhenAll(writes).WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(1, Writes).Select(number => (long)number), results.Select(result => result.Revision));
    }

    private string Queues => $"{{zproc:{_context}}}:queues";

    private string Turns => $"{{zproc:{_context}}}:turns";

    private Task<CommitResult> Queue(EngineServer server, IClient client, CommitRequest request)
    {
        var before = server.HashBytesOf(_context);
        var write = client.CommitAsync(request, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => server.HashBytesOf(_context) > before, Soon)); // it is in the queue
        return write;
    }

    private static Task<T> Start<T>(Func<T> call) => Task.Factory.StartNew(call, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static CommitRequest Replace(string key, object expected, object value) =>
        new(Ns, Tester, [new Change(ChangeKind.Set, key, V(value), new Precondition(PreconditionKind.ValueIs, Value: V(expected)))]);

    private PeerProgram Hold(EngineServer server)
    {
        var peer = new PeerProgram(PeerFrame.Hold, Encoding.UTF8.GetBytes(server.AddressText(_context)));
        Assert.Equal(PeerFrame.Ready, peer.Next().Kind);
        return peer;
    }

    // Lists hold the history, which grows with the commits, or queues, which go when they are empty.
    private string[] LeftOn(EngineServer server) =>
        [.. server.KeysOf(_context).Select(pair => $"{pair.Key}: {pair.Value.Type} {(pair.Value.Type == "list" ? "" : pair.Value.Count)}")];

    private void AssertSoon(string[] expected, EngineServer server)
    {
        SpinWait.SpinUntil(() => LeftOn(server).SequenceEqual(expected), Soon);
        Assert.Equal(expected, LeftOn(server));
    }
}
