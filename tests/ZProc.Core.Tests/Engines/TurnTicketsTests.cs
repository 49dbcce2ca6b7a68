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
    public void A_turn_that_came_before_a_fail_over_is_not_that_of_a_number_that_comes_again()
    {
        _tickets.Settle(5, granted: true);
        _tickets.Forget();
        Assert.False(_tickets.Wait("a", 5).IsCompleted);
    }
}
