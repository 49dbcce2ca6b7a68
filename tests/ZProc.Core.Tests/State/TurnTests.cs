using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.State;

/// <summary>Turns to commit to a namespace.</summary>
public sealed class TurnTests
{
    private readonly Store _store;
    private readonly LocalClient _client;

    public TurnTests()
    {
        _store = new Store();
        _client = new LocalClient(_store);
    }

    [Fact]
    public async Task Turns_are_given_in_arrival_order_and_plain_writes_wait_for_theirs()
    {
        var first = _client.AcquireTurn(Ns, Tester);
        var write = _client.CommitAsync(Set("plain", 1));
        var ticket = new TaskCompletionSource();
        var second = new TurnTicket(Ns, _client.Id, Tester.Id, (_, _) => ticket.SetResult());
        _store.AcquireTurn(second);
        var later = _client.CommitAsync(Set("later", 1));

        Assert.Null(_client.Get(Ns, "plain")); // reads go on, and show that the write waits
        Assert.False(write.IsCompleted);
        _client.Commit(Set("mine", 1, turn: first.Id));
        first.Dispose();

        await write.WaitAsync(Soon);
        await ticket.Task.WaitAsync(Soon);
        Assert.False(later.IsCompleted);
        Assert.Equal(Fault.TurnLost, FaultOf(() => _client.Commit(Set("late", 1, turn: first.Id))));
        _client.EndSource(Tester.Id);
        await Assert.ThrowsAsync<FaultException>(() => later.WaitAsync(Soon)); // the write had the same source
    }

    [Fact]
    public void A_wait_for_a_turn_gives_its_place_up_at_the_deadline()
    {
        using (_client.AcquireTurn(Ns, Tester))
        {
            Assert.Equal(Fault.Timeout, FaultOf(() => _client.AcquireTurn(Ns, Tester, In(0.05))));
            Assert.Equal(Fault.Timeout, FaultOf(() => _client.Commit(Set("a", 1), In(0.05))));
        }

        Assert.Null(_client.Get(Ns, "a"));
        _client.AcquireTurn(Ns, Tester, InTime).Dispose();
    }

    [Fact]
    public void A_commit_can_give_the_turn_back_and_a_refused_one_keeps_it()
    {
        using var turn = _client.AcquireTurn(Ns, Tester);
        Assert.Equal(Fault.InvalidKey, FaultOf(() => _client.Commit(Set("", 1, turn: turn.Id) with { EndTurn = true })));
        _client.Commit(Set("a", 1, turn: turn.Id) with { EndTurn = true });
        turn.Ended();
        using var next = _client.AcquireTurn(Ns, Tester, InTime);
        turn.Dispose(); // must not end the turn of another holder
        Assert.Equal(Fault.Timeout, FaultOf(() => _client.AcquireTurn(Ns, Tester, In(0.05))));
    }

    [Fact]
    public void A_holder_that_ends_gives_its_turn_to_the_next()
    {
        var other = new LocalClient(_store);
        other.AcquireTurn(Ns, new Source(Guid.NewGuid(), "other", 1));
        other.Dispose();
        _client.AcquireTurn(Ns, Tester, InTime).Dispose();
    }
}
