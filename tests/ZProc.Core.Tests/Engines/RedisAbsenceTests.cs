using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>Requests of a client whose server of the Redis protocol is away, or does not answer.</summary>
public sealed class RedisAbsenceTests
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    private readonly string _context = EngineServer.NewContext();

    public RedisAbsenceTests() => RedisProgram.SkipUnlessInstalled();

    [Fact]
    public async Task What_is_given_up_while_the_server_is_away_ends_at_once_and_is_never_made()
    {
        using var server = new RedisServer(answersFromDisk: true);
        using var client = server.Connect(_context);
        client.Commit(Set("a", 1));
        Lose(server, client);
        Assert.Equal(Fault.Timeout, FaultOf(() => client.Commit(Set("a", 2), In(0.5)))); // after a minute it would be ConnectionLost
        Assert.Equal(Fault.Timeout, FaultOf(() => client.Commit(Append("b", "x"), In(0.5)))); // it would read first
        Assert.Equal(Fault.Timeout, FaultOf(() => client.Commit(RemoveNamespace(), In(0.5)))); // it would take the turn first
        Assert.Equal(Fault.Timeout, FaultOf(() => client.AcquireTurn(Ns, Tester, In(0.5))));
        Assert.ThrowsAny<OperationCanceledException>(() => client.Commit(Set("c", 3), Deadline.Never, Cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => client.AcquireTurn(Ns, Tester, Deadline.Never, Cancelled));
        var kept = client.CommitAsync(Set("d", 4), TestContext.Current.CancellationToken);
        server.Restart();
        Assert.Equal(2, (await kept.WaitAsync(Soon)).Revision);
        Assert.Equal(3, client.Commit(Set("e", 5), InTime).Revision); // nobody has the turn
        Assert.Equal(["a", "d", "e"], client.GetSnapshot(Ns, fresh: true).Entries.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(1, client.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
    }

    [Fact]
    public async Task A_write_that_is_given_up_in_the_queue_of_a_server_that_is_away_leaves_the_queue_when_it_is_back()
    {
        using var server = new RedisServer(answersFromDisk: true);
        using var other = server.Connect(_context);
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        var turn = other.AcquireTurn(Ns, Tester, InTime);
        var commit = new EngineCommit(session, Set("a", 1));
        var running = commit.RunAsync(Task.CompletedTask, Task.CompletedTask);
        Assert.True(SpinWait.SpinUntil(() => session.Turns.Tickets.Any, Soon));
        Lose(server, other);
        Assert.True(await Task.Run(commit.Withdraw, TestContext.Current.CancellationToken).WaitAsync(Soon));
        Assert.Equal(Fault.Timeout, (await Assert.ThrowsAsync<FaultException>(() => running.WaitAsync(Soon))).Fault);
        turn.Dispose();
        server.Restart();
        other.AcquireTurn(Ns, Tester, InTime).Dispose();
        Assert.Null(other.Get(Ns, "a", fresh: true));
    }

    [Fact]
    public async Task A_write_that_is_given_up_after_it_was_sent_is_not_made_where_it_would_have_to_be_sent_again()
    {
        using var server = new RedisServer(persistent: false);
        using var other = server.Connect(_context);
        using var proxy = new CuttableProxy(server.Port);
        using var session = RedisSession.Open(
            RedisAddress.Parse(server.AddressText(_context, proxy.Port)), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        proxy.FromClients.Hold();
        var commit = new EngineCommit(session, Set("a", 1));
        var running = commit.RunAsync(Task.CompletedTask, Task.CompletedTask);
        Assert.False(commit.Withdraw()); // the server may have it
        proxy.Cut();
        proxy.FromClients.Release();
        Assert.Equal(Fault.Timeout, (await Assert.ThrowsAsync<FaultException>(() => running.WaitAsync(Soon))).Fault);
        Assert.Null(other.Get(Ns, "a", fresh: true));
        Assert.Equal(1, (await new EngineCommit(session, Set("b", 1)).RunAsync(Task.CompletedTask, Task.CompletedTask).WaitAsync(Soon)).Revision);
    }

    [Fact]
    public async Task A_client_that_leaves_does_not_tell_a_write_that_was_sent_as_not_made()
    {
        using var server = new RedisServer(persistent: false);
        using var other = server.Connect(_context);
        using var proxy = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, proxy.Port);
        proxy.ToClients.Hold();
        var write = client.CommitAsync(Set("a", 1), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => other.Get(Ns, "a", fresh: true) is not null, Soon));
        client.Dispose();
        proxy.ToClients.Release();
        Assert.Equal(Fault.ConnectionLost, (await Assert.ThrowsAsync<FaultException>(() => write.WaitAsync(Soon))).Fault);
    }

    [Fact]
    public async Task A_client_that_leaves_tells_a_write_that_was_never_sent_as_not_made()
    {
        using var server = new RedisServer(persistent: false);
        using var client = server.Connect(_context);
        Lose(server, client);
        var write = client.CommitAsync(Set("a", 1), TestContext.Current.CancellationToken);
        client.Dispose();
        Assert.Equal(Fault.ContextStopped, (await Assert.ThrowsAsync<FaultException>(() => write.WaitAsync(Soon))).Fault);
    }

    [Fact]
    public void A_turn_that_was_asked_for_when_the_server_went_silent_is_given_up_in_time_and_given_back()
    {
        using var server = new RedisServer(persistent: false);
        using var other = server.Connect(_context);
        using var proxy = new CuttableProxy(server.Port);
        using var client = server.Connect(_context, proxy.Port);
        proxy.ToClients.Hold();
        Assert.Equal(Fault.Timeout, FaultOf(() => client.AcquireTurn(Ns, Tester, In(0.5)))); // after a minute it would be ConnectionLost
        proxy.ToClients.Release();
        other.AcquireTurn(Ns, Tester, InTime).Dispose();
    }

    [Fact]
    public async Task A_read_that_is_given_up_while_the_server_is_away_is_not_asked_again()
    {
        using var server = new RedisServer(persistent: false);
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        server.Kill();
        var change = new Change(ChangeKind.Set, "a", V(2), new Precondition(PreconditionKind.ValueIs, Value: V(1)));
        var commit = new EngineCommit(session, new CommitRequest(Ns, Tester, [change])); // it reads first
        var running = commit.RunAsync(Task.CompletedTask, Task.CompletedTask);
        Assert.True(SpinWait.SpinUntil(() => session.Questions.AnyWaits, Soon));
        commit.Withdraw();
        Assert.Equal(Fault.Timeout, (await Assert.ThrowsAsync<FaultException>(() => running.WaitAsync(Soon))).Fault);
        Assert.True(SpinWait.SpinUntil(() => !session.Questions.AnyWaits, Soon));

        using var givenUp = new CancellationTokenSource();
        var read = session.Reader.ReadEntriesAsync(Ns, ["a"], givenUp.Token);
        Assert.True(SpinWait.SpinUntil(() => session.Questions.AnyWaits, Soon));
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Soon));
        Assert.False(session.Questions.AnyWaits);
        Assert.Null(session.Failure); // nothing waits, so that the session goes on
    }

    [Fact]
    public async Task A_watch_that_is_given_up_while_the_server_is_away_is_not_waited_for()
    {
        using var server = new RedisServer(persistent: false);
        using var session = RedisSession.Open(server.Address(_context), Guid.NewGuid(), InTime, TestContext.Current.CancellationToken);
        server.Kill();
        using var givenUp = new CancellationTokenSource();
        var opening = session.Replicas.OpenAsync(new WatchOptions { Namespace = Ns }, givenUp.Token);
        Assert.True(session.Replicas.AnyIsWanted);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Soon));
        Assert.False(session.Replicas.AnyIsWanted);
        Assert.False(session.Questions.AnyWaits);
    }

    [Fact]
    public async Task A_write_that_was_never_sent_ends_with_its_source()
    {
        using var server = new RedisServer(answersFromDisk: true);
        using var client = server.Connect(_context);
        var source = new Source(Guid.NewGuid(), "gone", 1);
        Lose(server, client);
        var write = client.CommitAsync(Set("a", 1, source), TestContext.Current.CancellationToken);
        client.EndSource(source.Id);
        Assert.Equal(Fault.TurnLost, (await Assert.ThrowsAsync<FaultException>(() => write.WaitAsync(Soon))).Fault);
        server.Restart();
        Assert.Equal(1, client.Commit(Set("b", 1), InTime).Revision);
        Assert.Null(client.Get(Ns, "a", fresh: true));
    }

    [Fact]
    public async Task Attempts_to_subscribe_while_the_server_is_away_leave_no_subscription()
    {
        using var server = new RedisServer(persistent: false);
        using var link = RedisLink.Open(server.Address(_context), InTime, TestContext.Current.CancellationToken);
        var channel = RedisChannel.Literal(_context);
        server.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => link.SubscribeAsync(channel).WaitAsync(Soon));
        server.Restart();
        ChannelMessageQueue? messages = null;
        while (messages is null)
        {
            try
            {
                messages = await link.SubscribeAsync(channel).WaitAsync(Soon);
            }
            catch (Exception exception) when (RedisFaults.IsPassing(exception))
            {
                await Task.Yield(); // the link is not there again
            }
        }

        Assert.Equal(1L, Subscribers(server));
        await messages.UnsubscribeAsync().WaitAsync(Soon);
        Assert.Equal(0L, Subscribers(server));
    }

    [Fact]
    public void A_channel_stays_suspended_where_a_connection_ends_while_the_engine_is_asked_where_it_stands()
    {
        using var server = new RedisServer(persistent: false);
        using var link = RedisLink.Open(server.Address(_context), InTime, TestContext.Current.CancellationToken);
        var channel = new RequestChannel(link, $"{Guid.NewGuid():N}", identifies: false);
        channel.BeginResume();
        channel.Suspend();
        Assert.Null(channel.TryResume(0, isKnown: true, out _));
        Assert.True(channel.NeedsResume);
        channel.BeginResume();
        Assert.Null(channel.TryResume(0, isKnown: true, out _));
        Assert.False(channel.NeedsResume);
    }

    [Fact]
    public void An_engine_that_takes_no_writes_refuses_what_was_there_when_it_was_asked_and_nothing_newer()
    {
        using var server = new RedisServer(persistent: false);
        using var link = RedisLink.Open(server.Address(_context), InTime, TestContext.Current.CancellationToken);
        var channel = new RequestChannel(link, $"{Guid.NewGuid():N}", identifies: false);
        var earlier = channel.Send("return 1", [], new RedisValue[3]);
        channel.BeginResume();
        var later = channel.Send("return 1", [], new RedisValue[3]);
        Assert.False(channel.Refuse(new FaultException(Fault.DiskFailed, "The disk is full.")));
        Assert.Equal(Fault.DiskFailed, FaultOf(() => earlier.Reply.GetAwaiter().GetResult()));
        Assert.False(later.Reply.IsCompleted);
    }

    /// <summary>Kills a server, and waits until a client knows that.</summary>
    private static void Lose(RedisServer server, IClient client)
    {
        server.Kill();
        Assert.Equal(Fault.Timeout, FaultOf(() => client.Ping(In(3))));
    }

    /// <summary>How many connections listen to the channel that has the context's name.</summary>
    private object? Subscribers(RedisServer server) => ((object?[])server.Command("PUBSUB", "NUMSUB", _context)!)[1];

    private static CommitRequest Append(string key, string item) => new(Ns, Tester, [new Change(ChangeKind.Append, key, V(item))]);
}
