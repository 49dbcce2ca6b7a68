using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class ReconnectTests : IDisposable
{
    private readonly StateServer _server = StateServer.Start();
    private readonly LocalClient _local;
    private readonly CuttableProxy _proxy;
    private readonly RemoteClient _remote;

    public ReconnectTests()
    {
        _local = new LocalClient(_server.Store);
        _proxy = new CuttableProxy(_server.Connection.Port);
        _remote = RemoteClient.Connect(_server.Connection.WithPort(_proxy.Port), In(10));
    }

    public void Dispose()
    {
        _remote.Dispose();
        _proxy.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void After_a_cut_every_write_is_applied_once_and_every_update_seen_once()
    {
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        var replies = new List<Task<CommitResult>>();
        for (var cut = 0; cut < 3; cut++)
        {
            for (var i = 0; i < 400; i++)
            {
                replies.Add(_remote.CommitAsync(Increment("n", 1)));
                _local.Commit(Increment("n", 1));
                if (i == 200)
                {
                    _proxy.Cut();
                }
            }
        }

        Assert.True(Task.WhenAll(replies).Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal(2400, _local.Get(Ns, "n")!.Value.Value.Plain());
        for (var revision = 1; revision <= 2400; revision++)
        {
            var update = watch.Read(In(20));
            Assert.Equal(revision, update!.Revision);
            Assert.Equal(revision, update.Changes[0].After!.Value.Plain());
        }

        Assert.False(watch.TryRead(out _));
    }

    [Fact]
    public void After_a_cut_writes_are_still_made_in_the_order_in_which_they_were_sent()
    {
        using var watch = _local.Watch(new WatchOptions { Namespace = Ns });
        var replies = new List<Task<CommitResult>>();
        for (var i = 0; i < 6000; i++)
        {
            replies.Add(_remote.CommitAsync(Set("n", i)));
            if (i % 1500 == 700)
            {
                _proxy.Cut();
            }
        }

        Assert.True(Task.WhenAll(replies).Wait(TimeSpan.FromSeconds(60)));
        for (var i = 0; i < 6000; i++)
        {
            Assert.True(watch.TryRead(out var update));
            Assert.Equal(i, update.Changes[0].After!.Value.Plain());
        }
    }

    [Fact]
    public void The_removal_of_a_namespace_during_a_cut_is_seen_after_it()
    {
        _local.Commit(Set("a", 1));
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        _proxy.Hold();
        _local.Commit(Set("a", 2));
        _local.Commit(RemoveNamespace());
        _proxy.Cut();
        _proxy.Release();
        Assert.Equal([2L, 3L], new[] { watch.Read(In(20))!.Revision, watch.Read(In(20))!.Revision });
        _local.Commit(Set("a", 4));
        Assert.Equal(4, watch.Read(In(20))!.Revision);
    }

    [Fact]
    public void A_removed_namespace_is_forgotten_with_the_client_that_watched_it()
    {
        _local.Commit(Set("a", 1));
        using (_remote.Watch(new WatchOptions { Namespace = Ns }))
        {
            _local.Commit(RemoveNamespace());
            _remote.Dispose();
        }

        Assert.True(SpinWait.SpinUntil(() => _server.Store.HeldNamespaces == 0, Soon));
    }

    [Fact]
    public void A_turn_survives_a_short_cut()
    {
        var turn = _remote.AcquireTurn(Ns, Tester, In(10));
        _proxy.Cut();
        var commit = _remote.Commit(Set("a", 1, turn: turn.Id), In(30));
        Assert.Equal(1, commit.Revision);
        turn.Dispose();
        _local.AcquireTurn(Ns, Tester, In(20)).Dispose();
    }

    [Fact]
    public void A_holder_that_stays_away_loses_its_turn_and_its_commit_is_refused()
    {
        // A client behind a cut that cannot come back within the silence allowed: the relay is gone.
        var turn = _remote.AcquireTurn(Ns, Tester, In(10));
        _proxy.Dispose();
        _local.AcquireTurn(Ns, Tester, In(20)).Dispose();
        var stale = new CommitTicket(Set("a", 1, turn: turn.Id), _remote.Id, (result, fault) =>
        {
            Assert.Null(result);
            Assert.Equal(Fault.TurnLost, fault!.Fault);
        });
        _server.Store.Commit(stale);
        Assert.Null(_local.Get(Ns, "a"));
    }

    [Fact]
    public void A_lost_server_is_an_error_within_seconds_for_waits_and_writes()
    {
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        var waiting = Task.Run(() => watch.Read(Deadline.Never));
        _proxy.Dispose();
        var write = _remote.CommitAsync(Set("a", 1));
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => waiting.WaitAsync(Soon).GetAwaiter().GetResult()).Fault);
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => write.WaitAsync(Soon).GetAwaiter().GetResult()).Fault);
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => _remote.Get(Ns, "a")).Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restarted_server_is_a_new_incarnation_and_never_a_silent_reset(bool sameSecret)
    {
        var address = _server.Connection;
        using var direct = RemoteClient.Connect(address, In(10));
        using var watch = direct.Watch(new WatchOptions { Namespace = Ns });
        direct.Commit(Set("a", 1));
        Assert.NotNull(watch.Read(In(10)));
        KillWithoutGoodbye();
        using var second = StateServer.Start(sameSecret ? address : ConnectionString.Create(address.Host, address.Port));
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => watch.Read(In(30))).Fault);
        Assert.Equal(Fault.ConnectionLost, Assert.Throws<FaultException>(() => direct.Commit(Set("a", 2))).Fault);
    }

    [Fact]
    public void A_server_that_is_slow_to_answer_is_waited_for_until_the_deadline()
    {
        _proxy.Hold();
        var connecting = Task.Run(() => RemoteClient.Connect(_server.Connection.WithPort(_proxy.Port), In(30)));
        Assert.False(((IAsyncResult)connecting).AsyncWaitHandle.WaitOne(WireLimits.ReconnectTimeout + (2 * WireLimits.HeartbeatInterval)));
        _proxy.Release();
        using var client = connecting.GetAwaiter().GetResult();
        Assert.Equal(1, client.Commit(Set("a", 1)).Revision);
    }

    private void KillWithoutGoodbye() => _server.Abandon();
}
