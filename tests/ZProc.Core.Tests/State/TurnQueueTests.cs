using ZProc.Core.State;

namespace ZProc.Core.Tests.State;

/// <summary>The turn of one namespace by itself: order of arrival, who waits, and how a turn ends.</summary>
public sealed class TurnQueueTests
{
    private readonly Guid _anna = Guid.NewGuid();
    private readonly Guid _ben = Guid.NewGuid();
    private readonly List<string> _log = [];
    private readonly TurnQueue _queue;
    private long _turns;

    public TurnQueueTests() => _queue = new TurnQueue(
        request =>
        {
            _log.Add($"commit {request.Source.Name}");
            return request.Source.Name == "bad" ? throw new FaultException(Fault.Conflict, "no") : new CommitResult(true, 1, 1, []);
        },
        () => ++_turns,
        turn => new TurnGrant(turn, 0, 0));

    [Fact]
    public void A_free_turn_is_granted_at_once()
    {
        _queue.Submit(Turn("a", _anna));
        Assert.Equal(["grant a 1"], _log);
        Assert.Equal(_anna, _queue.Holder!.Client);
    }

    [Fact]
    public void A_commit_needs_no_turn_while_nobody_holds_it()
    {
        _queue.Submit(Commit("w", _ben));
        Assert.Equal(["commit w", "done w"], _log);
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void Requests_are_served_in_the_order_of_arrival_until_the_next_turn()
    {
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(Commit("w1", _ben));
        _queue.Submit(Turn("b", _ben));
        _queue.Submit(Commit("w2", _anna));
        Assert.Equal(["grant a 1"], _log);
        Assert.Equal(3, _queue.Count);

        _queue.Release(1);
        Assert.Equal(["grant a 1", "commit w1", "done w1", "grant b 2"], _log);
        Assert.Equal(1, _queue.Count);

        _queue.Release(2);
        Assert.Equal(["commit w2", "done w2"], _log.TakeLast(2));
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void The_holder_commits_past_the_queue_and_its_last_commit_ends_the_turn()
    {
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(Commit("w", _ben));
        _queue.Submit(Commit("x", _anna, turn: 1));
        Assert.Equal(["grant a 1", "commit x", "done x"], _log);

        _queue.Submit(Commit("y", _anna, turn: 1, endTurn: true));
        Assert.Equal(["commit y", "done y", "commit w", "done w"], _log.TakeLast(4));
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void A_refused_commit_keeps_the_turn()
    {
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(Commit("bad", _anna, turn: 1, endTurn: true));
        Assert.Equal(["grant a 1", "commit bad", "Conflict bad"], _log);
        Assert.Equal(1, _queue.Holder!.Id);
    }

    [Theory]
    [InlineData(1, false)] // the turn of another client
    [InlineData(2, true)] // a turn that is over, or never was
    public void A_commit_in_a_turn_that_its_client_does_not_hold_is_refused(long turn, bool own)
    {
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(Commit("x", own ? _anna : _ben, turn));
        Assert.Equal(["grant a 1", "TurnLost x"], _log);
    }

    [Fact]
    public void An_old_turn_cannot_be_released_again()
    {
        _queue.Submit(Turn("a", _anna));
        _queue.Release(1);
        _queue.Submit(Turn("b", _ben));
        _queue.Release(1);
        Assert.Equal(2, _queue.Holder!.Id);
    }

    [Fact]
    public void A_revoked_turn_goes_to_the_next_and_the_client_keeps_its_place_in_the_queue()
    {
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(Turn("b", _ben));
        _queue.Submit(Turn("a2", _anna));
        _queue.Revoke(new HashSet<Guid> { _anna });
        Assert.Equal(["grant a 1", "grant b 2"], _log);

        _queue.Revoke(new HashSet<Guid> { _anna });
        _queue.Release(2);
        Assert.Equal("grant a2 3", _log[^1]);
    }

    [Fact]
    public void Clients_that_died_in_the_queue_hold_up_nobody()
    {
        var other = Guid.NewGuid();
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(Turn("b", _ben));
        _queue.Submit(Turn("c", other));
        _queue.Revoke(new HashSet<Guid> { _ben, _anna });
        Assert.Equal(other, _queue.Holder!.Client);
    }

    [Fact]
    public void A_client_that_ends_loses_its_turn_and_its_places()
    {
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(Turn("b", _ben));
        _queue.Submit(Commit("a2", _anna));
        _queue.End((client, _) => client == _anna);
        Assert.Equal(["grant a 1", "TurnLost a2", "grant b 2"], _log);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void A_withdrawn_request_is_never_served()
    {
        var second = Turn("b", _ben);
        _queue.Submit(Turn("a", _anna));
        _queue.Submit(second);
        Assert.True(TurnQueue.Withdraw(second));
        Assert.False(TurnQueue.Withdraw(second));
        _queue.Release(1);
        Assert.Equal(["grant a 1"], _log);
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void Many_plain_commits_that_claim_to_end_a_turn_do_not_nest()
    {
        _queue.Submit(Turn("a", _anna));
        for (var i = 0; i < 100_000; i++)
        {
            _queue.Submit(Commit("w", _ben, turn: 0, endTurn: true));
        }

        _queue.Release(1);
        Assert.Equal(1 + (2 * 100_000), _log.Count);
        Assert.True(_queue.IsIdle);
    }

    private TurnTicket Turn(string name, Guid client) => new(
        "ns", client, client, (grant, fault) => _log.Add(grant is null ? $"{fault!.Fault} {name}" : $"grant {name} {grant.Turn}"));

    private CommitTicket Commit(string name, Guid client, long turn = 0, bool endTurn = false) => new(
        new CommitRequest("ns", new Source(client, name, 1), [], turn, endTurn),
        client,
        (result, fault) => _log.Add(result is null ? $"{fault!.Fault} {name}" : $"done {name}"));
}
