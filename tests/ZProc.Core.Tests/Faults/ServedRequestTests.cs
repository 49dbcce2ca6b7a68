using ZProc.Core.Client;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Faults;

/// <summary>Requests that the server is still serving when their client reconnects or leaves, or when it serves slowly.</summary>
public sealed class ServedRequestTests : ServerTest
{
    public ServedRequestTests()
        : base(throughLink: true)
    {
    }

    [Fact]
    public void Writes_over_a_new_connection_do_not_overtake_those_that_came_over_the_old_one()
    {
        var slow = Enumerable.Range(0, 400_000).Select(i => (object)(i & 15)).ToArray(); // few bytes, many items to check
        for (var round = 0; round < 10; round++)
        {
            var sent = Link.FromClients.WhenPassed(2 * slow.Length);
            var first = Remote.CommitAsync(Set("slow", slow));
            var second = Remote.CommitAsync(Set("quick", round));
            Assert.True(sent.Wait(Soon));
            Link.Cut();
            Assert.True(Task.WhenAll(first, second).Wait(Soon));
            Assert.True(first.Result.Sequence < second.Result.Sequence, $"round {round}");
        }
    }

    [Fact]
    public void A_client_that_has_left_is_given_no_turn()
    {
        using var reached = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        Server.ShutdownRequested = () =>
        {
            reached.Set();
            goOn.Wait();
        };
        var keepingBusy = Task.Run(() => Remote.Shutdown(InTime)); // the core serves it, and turns after it
        Assert.True(reached.Wait(Soon));
        try
        {
            var leaving = RemoteClient.Connect(Server.Connection, InTime);
            var acquiring = Task.Run(() => FaultOf(() => leaving.AcquireTurn(Ns, Tester)));
            leaving.Ping(InTime);
            leaving.Dispose();
            Assert.Equal(Fault.ContextStopped, acquiring.WaitAsync(Soon).GetAwaiter().GetResult());
        }
        finally
        {
            goOn.Set();
        }

        Assert.True(keepingBusy.Wait(Soon));
        Local.AcquireTurn(Ns, Tester, In(20)).Dispose();
    }

    [Fact]
    public void A_client_whose_message_waits_at_the_server_is_not_silent()
    {
        using var turn = Remote.AcquireTurn(Ns, Tester, InTime);
        Server.Budget.Reserve(WireLimits.ServerMessageBytes, static () => true);
        var commit = Remote.CommitAsync(Set("long", new byte[2_000_000], turn: turn.Id));
        Thread.Sleep(WireLimits.SilenceTimeout + (2 * WireLimits.HeartbeatInterval));
        Server.Budget.Release(WireLimits.ServerMessageBytes);
        Assert.Equal(1, commit.WaitAsync(Soon).GetAwaiter().GetResult().Revision);
    }
}
