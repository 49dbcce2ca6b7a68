using System.Diagnostics;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class ReconnectTests : ServerTest
{
    public ReconnectTests()
        : base(throughLink: true)
    {
    }

    [Fact]
    public void After_a_cut_every_write_is_applied_once_and_every_update_seen_once()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        var replies = new List<Task<CommitResult>>();
        for (var cut = 0; cut < 3; cut++)
        {
            for (var i = 0; i < 400; i++)
            {
                replies.Add(Remote.CommitAsync(Increment("n", 1)));
                Local.Commit(Increment("n", 1));
                if (i == 200)
                {
                    Link.Cut();
                }
            }
        }

        Assert.True(Task.WhenAll(replies).Wait(Soon));
        Assert.Equal(2400, Local.Get(Ns, "n")!.Value.Value.Plain());
        for (var revision = 1; revision <= 2400; revision++)
        {
            var update = watch.Read(InTime);
            Assert.Equal(revision, update!.Revision);
            Assert.Equal(revision, update.Changes[0].After!.Value.Plain());
        }

        Assert.False(watch.TryRead(out _));
    }

    [Fact]
    public void After_a_cut_writes_are_still_made_in_the_order_in_which_they_were_sent()
    {
        using var watch = Local.Watch(new WatchOptions { Namespace = Ns });
        var replies = new List<Task<CommitResult>>();
        for (var i = 0; i < 6000; i++)
        {
            replies.Add(Remote.CommitAsync(Set("n", i)));
            if (i % 1500 == 700)
            {
                Link.Cut();
            }
        }

        Assert.True(Task.WhenAll(replies).Wait(Soon));
        for (var i = 0; i < 6000; i++)
        {
            Assert.True(watch.TryRead(out var update));
            Assert.Equal(i, update.Changes[0].After!.Value.Plain());
        }
    }

    [Fact]
    public void The_removal_of_a_namespace_during_a_cut_is_seen_after_it()
    {
        Local.Commit(Set("a", 1));
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        Link.ToClients.Hold();
        Local.Commit(Set("a", 2));
        Local.Commit(RemoveNamespace());
        Link.Cut();
        Link.ToClients.Release();
        Assert.Equal([2L, 3L], new[] { watch.Read(InTime)!.Revision, watch.Read(InTime)!.Revision });
        Local.Commit(Set("a", 4));
        Assert.Equal(4, watch.Read(InTime)!.Revision);
    }

    [Fact]
    public void A_removed_namespace_is_forgotten_with_the_client_that_watched_it()
    {
        Local.Commit(Set("a", 1));
        using (Remote.Watch(new WatchOptions { Namespace = Ns }))
        {
            Local.Commit(RemoveNamespace());
            Remote.Dispose();
        }

        Assert.True(SpinWait.SpinUntil(() => Server.Store.HeldNamespaces == 0, Soon));
    }

    [Fact]
    public void A_turn_survives_a_short_cut()
    {
        var turn = Remote.AcquireTurn(Ns, Tester, InTime);
        Link.Cut();
        var commit = Remote.Commit(Set("a", 1, turn: turn.Id), InTime);
        Assert.Equal(1, commit.Revision);
        turn.Dispose();
        Local.AcquireTurn(Ns, Tester, InTime).Dispose();
    }

    [Fact]
    public void A_holder_that_stays_away_loses_its_turn_and_its_commit_is_refused()
    {
        // A client behind a cut that cannot come back within the silence allowed: the relay is gone.
        var turn = Remote.AcquireTurn(Ns, Tester, InTime);
        Link.Dispose();
        Local.AcquireTurn(Ns, Tester, InTime).Dispose();
        var stale = new CommitTicket(Set("a", 1, turn: turn.Id), Remote.Id, (result, fault) =>
        {
            Assert.Null(result);
            Assert.Equal(Fault.TurnLost, fault!.Fault);
        });
        Server.Store.Commit(stale);
        Assert.Null(Local.Get(Ns, "a"));
    }

    [Fact]
    public void A_lost_server_is_an_error_within_seconds_for_waits_and_writes()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        var waiting = Task.Run(() => watch.Read(Deadline.Never));
        var began = Stopwatch.GetTimestamp();
        Link.Dispose();
        var write = Remote.CommitAsync(Set("a", 1));
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => waiting.WaitAsync(Soon).GetAwaiter().GetResult()).Fault);
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => write.WaitAsync(Soon).GetAwaiter().GetResult()).Fault);
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => Remote.Get(Ns, "a")).Fault);
        Yardstick.AssertWithin(20, Stopwatch.GetElapsedTime(began));
    }

    [Fact]
    public void The_outcome_of_a_write_whose_client_leaves_before_the_answer_is_not_known()
    {
        Link.ToClients.Hold();
        var write = Remote.CommitAsync(Set("a", 1));
        Assert.True(SpinWait.SpinUntil(() => Local.Get(Ns, "a") is not null, Soon)); // made, and the client does not know
        Remote.Dispose();
        Link.ToClients.Release();
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => write.WaitAsync(Soon).GetAwaiter().GetResult()));
        Assert.Equal(Fault.ContextStopped, FaultOf(() => Remote.Commit(Set("a", 2))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restarted_server_is_a_new_incarnation_and_never_a_silent_reset(bool sameSecret)
    {
        var address = Server.Connection;
        using var direct = RemoteClient.Connect(address, InTime);
        using var watch = direct.Watch(new WatchOptions { Namespace = Ns });
        direct.Commit(Set("a", 1));
        Assert.NotNull(watch.Read(InTime));
        KillWithoutGoodbye();
        using var second = StateServer.Start(sameSecret ? address : ConnectionString.Create(address.Address));
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => watch.Read(InTime)).Fault);
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => direct.Commit(Set("a", 2))).Fault);
    }

    [Fact]
    public void What_another_process_tells_of_during_a_reconnect_does_not_end_the_session()
    {
        using var server = new ScriptedServer();
        var connecting = Task.Run(() => RemoteClient.Connect(server.Address, InTime));
        server.Welcome((ref MessagePackWriter writer) => WelcomeFormat.Write(ref writer, new StoreOptions()));
        using var client = connecting.WaitAsync(Soon).GetAwaiter().GetResult();
        using var reconnected = new ManualResetEventSlim();
        client.Forgotten = reconnected.Set;
        server.Cut();
        server.Welcome((ref MessagePackWriter writer) =>
        {
            client.Observe(client.ObservedSequence + 1); // a commit that was made after the server had read its sequence for the welcome
            WelcomeFormat.Write(ref writer, new StoreOptions());
        });
        WaitHandle.WaitAny([reconnected.WaitHandle, client.Closed.WaitHandle], Soon);
        Assert.Null(client.Failure);
        Assert.True(reconnected.IsSet);
    }

    [Fact]
    public void A_server_that_is_slow_to_answer_is_waited_for_until_the_deadline()
    {
        Link.ToClients.Hold();
        var connecting = Task.Run(() => RemoteClient.Connect(Link.Connection, InTime));
        Assert.False(((IAsyncResult)connecting).AsyncWaitHandle.WaitOne(WireLimits.ReconnectTimeout + (2 * WireLimits.HeartbeatInterval)));
        Link.ToClients.Release();
        using var client = connecting.GetAwaiter().GetResult();
        Assert.Equal(1, client.Commit(Set("a", 1)).Revision);
    }

    private void KillWithoutGoodbye() => Server.Abandon();
}
