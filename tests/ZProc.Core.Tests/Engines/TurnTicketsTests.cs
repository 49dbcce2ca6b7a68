using ZProc.Core.Engines.Redis;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>A client's tickets, without an engine.</summary>
public sealed class TurnTicketsTests
{
    private readonly TurnTickets _tickets = new();

    [Fact]
    public async Task A_ticket_that_comes_after_the_end_of_the_session_fails_with_the_reason()
    {
        var reason = new FaultException(Fault.ConnectionLost, "gone");
        _tickets.End(reason);
        Assert.Same(reason, await Assert.ThrowsAsync<FaultException>(() => _tickets.Wait("a", 5).WaitAsync(Soon)));
        Assert.False(_tickets.Any);
    }

    [Fact]
    public async Task A_number_that_an_engine_gives_again_after_a_fail_over_takes_the_place_of_the_lost_ticket()
    {
        var first = _tickets.Wait("a", 5);
        var second = _tickets.Wait("b", 5);
        Assert.False(await first.WaitAsync(Soon));
        Assert.False(second.IsCompleted);
        _tickets.Settle(5, granted: true);
        Assert.True(await second.WaitAsync(Soon));
    }

    [Fact]
    public void The_newest_ticket_of_a_namespace_is_one_that_still_waits()
    {
        Assert.Equal(0, _tickets.NewestIn("a"));
        _ = _tickets.Wait("a", 5);
        _ = _tickets.Wait("a", 7);
        _ = _tickets.Wait("b", 9);
        Assert.Equal(7, _tickets.NewestIn("a"));
        _tickets.Settle(7, granted: true);
        Assert.Equal(5, _tickets.NewestIn("a"));
        _tickets.Cancel(5, TurnTickets.TimedOut("a"));
        Assert.Equal(0, _tickets.NewestIn("a"));
        Assert.Equal(9, _tickets.NewestIn("b"));
    }
}
