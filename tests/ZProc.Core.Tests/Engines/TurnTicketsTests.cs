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
}
