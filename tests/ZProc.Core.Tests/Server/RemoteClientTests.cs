using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class RemoteClientTests : ServerTest
{
    [Fact]
    public void One_client_reads_the_writes_of_the_other()
    {
        Assert.Equal(1, Remote.Commit(Set("a", 1)).Revision);
        Assert.Equal(1, Local.Get(Ns, "a")!.Value.Value.Plain());
        Local.Commit(Set("b", "zwei"));
        Assert.Equal("zwei", Remote.Get(Ns, "b")!.Value.Value.Plain());
        Assert.Null(Remote.Get(Ns, "c"));
        Assert.Equal(["a", "b"], Remote.GetSnapshot(Ns).Entries.Select(pair => pair.Key));
        Assert.Equal(Server.Store.Incarnation, Remote.Incarnation);
    }

    [Fact]
    public void A_process_always_reads_its_own_writes_with_and_without_a_replica()
    {
        for (var i = 0; i < 200; i++)
        {
            Remote.Commit(Set("n", i));
            Assert.Equal(i, Remote.Get(Ns, "n")!.Value.Value.Plain());
        }
    }

    [Fact]
    public void Increments_of_many_threads_of_two_processes_add_up()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            IClient client = worker % 2 == 0 ? Remote : Local;
            for (var i = 0; i < 250; i++)
            {
                client.Commit(Increment("n", 1));
            }
        });
        Assert.Equal(2000, Remote.Get(Ns, "n", fresh: true)!.Value.Value.Plain());
    }

    [Fact]
    public async Task Pipelined_writes_are_committed_in_order()
    {
        var replies = Enumerable.Range(0, 20_000).Select(i => Remote.CommitAsync(Set("n", i))).ToArray();
        var results = await Task.WhenAll(replies).WaitAsync(Soon);
        Assert.Equal(Enumerable.Range(1, 20_000).Select(i => (long)i), results.Select(result => result.Revision));
    }

    [Fact]
    public void A_watch_sees_every_update_once_and_in_order()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            IClient client = writer % 2 == 0 ? Remote : Local;
            for (var i = 0; i < 500; i++)
            {
                client.Commit(Increment("n", 1));
            }
        })).ToArray();
        for (var revision = 1; revision <= 2000; revision++)
        {
            Assert.Equal(revision, watch.Read(InTime)!.Revision);
        }

        Assert.True(Task.WaitAll(writers, Soon));
        Assert.False(watch.TryRead(out _));
    }

    [Fact]
    public void A_watch_can_begin_in_the_past_of_its_replica()
    {
        for (var i = 1; i <= 10; i++)
        {
            Local.Commit(Set("n", i));
        }

        using var fromNow = Remote.Watch(new WatchOptions { Namespace = Ns });
        using var fromThen = Remote.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 4 });
        Local.Commit(Set("n", 11));
        Assert.Equal(11, fromNow.Read(InTime)!.Revision);
        Assert.Equal([5L, 6L, 7L, 8L, 9L, 10L, 11L], Enumerable.Range(0, 7).Select(_ => fromThen.Read(InTime)!.Revision));
    }

    [Fact]
    public void A_turn_keeps_others_out_and_a_deadline_withdraws_from_the_queue()
    {
        using (var turn = Remote.AcquireTurn(Ns, Tester, InTime))
        {
            var late = Assert.Throws<FaultException>(() => Local.Commit(Set("a", 1), In(0.05)));
            Assert.Equal(Fault.Timeout, late.Fault);
            var other = RemoteClient.Connect(Server.Connection, InTime);
            Assert.Equal(Fault.Timeout, Assert.Throws<FaultException>(() => other.AcquireTurn(Ns, Tester, In(0.05))).Fault);
            Assert.Equal(Fault.Timeout, Assert.Throws<FaultException>(() => other.Commit(Set("a", 2), In(0.05))).Fault);
            other.Dispose();
            Remote.Commit(Set("a", 3, turn: turn.Id));
        }

        Assert.Equal(3, Local.Get(Ns, "a")!.Value.Value.Plain());
        Local.AcquireTurn(Ns, Tester, InTime).Dispose();
    }

    [Fact]
    public void A_client_that_leaves_releases_its_turn()
    {
        var other = RemoteClient.Connect(Server.Connection, InTime);
        other.AcquireTurn(Ns, Tester, InTime);
        other.Dispose();
        Local.AcquireTurn(Ns, Tester, InTime).Dispose();
    }

    [Fact]
    public void Faults_arrive_with_their_kind()
    {
        var fault = Assert.Throws<FaultException>(() => Remote.Commit(Set("", 1)));
        Assert.Equal(Fault.InvalidKey, fault.Fault);
        Remote.Commit(Set("n", "text"));
        Assert.Equal(Fault.InvalidArgument, Assert.Throws<FaultException>(() => Remote.Commit(Increment("n", 1))).Fault);
        Assert.Equal(Fault.InvalidArgument, Assert.Throws<FaultException>(
            () => Remote.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 99 })).Fault);
    }

    [Fact]
    public void A_large_value_travels_both_ways_in_parts()
    {
        var large = new byte[20 * 1024 * 1024];
        new Random(1).NextBytes(large);
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        Remote.Commit(Set("large", large));
        Assert.True(large.AsSpan().SequenceEqual((byte[])Remote.Get(Ns, "large", fresh: true)!.Value.Value.Plain()!));
        Assert.True(large.AsSpan().SequenceEqual((byte[])watch.Read(InTime)!.Changes[0].After!.Value.Plain()!));
    }

    [Fact]
    public void A_stopped_server_ends_every_wait_with_its_reason()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        var waiting = Task.Run(() => watch.Read(Deadline.Never));
        var turn = Local.AcquireTurn(Ns, Tester);
        var write = Remote.CommitAsync(Set("a", 1));
        Server.Dispose();
        Assert.Equal(Fault.ContextStopped, Assert.Throws<FaultException>(() => waiting.WaitAsync(Soon).GetAwaiter().GetResult()).Fault);
        Assert.Equal(Fault.ContextStopped, Assert.Throws<FaultException>(() => write.WaitAsync(Soon).GetAwaiter().GetResult()).Fault);
        Assert.True(Remote.Closed.WaitHandle.WaitOne(Soon));
        Assert.Equal(Fault.ContextStopped, Assert.Throws<FaultException>(() => Remote.Get(Ns, "a")).Fault);
        turn.Dispose();
    }

    [Fact]
    public void An_answer_never_overtakes_an_update_however_much_is_on_the_way()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["none"]) }); // makes the replica
        var large = new byte[3 * 1024 * 1024];
        for (var i = 0; i < 8; i++)
        {
            for (var more = 0; more < 8; more++)
            {
                large[0] = (byte)((i * 8) + more);
                Local.Commit(Set("large", large)); // in all, more than the server sends ahead of acknowledgements
            }

            Remote.Commit(Set("mine", i));
            Assert.Equal(i, Remote.Get(Ns, "mine")!.Value.Value.Plain());
        }
    }

    [Fact]
    public void Updates_of_several_namespaces_come_in_the_order_of_the_server()
    {
        using var first = Remote.Watch(new WatchOptions { Namespace = "a" });
        using var second = Remote.Watch(new WatchOptions { Namespace = "b" });
        for (var i = 0; i < 300; i++)
        {
            var value = V(new byte[100_000 + i]);
            Local.Commit(new CommitRequest("b", Tester, [new Change(ChangeKind.Set, "k", value)]));
            Local.Commit(new CommitRequest("a", Tester, [new Change(ChangeKind.Set, "k", V(i))]));
        }

        for (var i = 0; i < 300; i++)
        {
            var later = first.Read(InTime)!;
            Assert.True(second.TryRead(out var earlier));
            Assert.Equal(later.Sequence - 1, earlier.Sequence);
        }
    }

    [Fact]
    public async Task A_full_pipeline_does_not_keep_a_client_from_ending_its_own_turn()
    {
        var turn = Remote.AcquireTurn(Ns, Tester, InTime);
        var writers = Task.Run(() => Enumerable.Range(0, 9000).Select(i => Remote.CommitAsync(Set("n", i))).ToArray());
        while (!writers.IsCompleted && Server.Store.Waiting(Ns) < 8000)
        {
            Remote.Ping(InTime);
        }

        await Task.Run(turn.Dispose).WaitAsync(Soon);
        await Task.WhenAll(await writers.WaitAsync(Soon)).WaitAsync(Soon);
        Assert.Equal(8999, Local.Get(Ns, "n")!.Value.Value.Plain());
    }

    [Fact]
    public void The_past_comes_in_pages_however_large_it_is()
    {
        for (var i = 0; i < 60; i++)
        {
            var value = new byte[1024 * 1024];
            value[0] = (byte)i;
            Local.Commit(Set("large", value));
        }

        using var fromTheBeginning = Remote.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 0 });
        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), Enumerable.Range(0, 60).Select(_ => fromTheBeginning.Read(InTime)!.Revision));
    }

    [Fact]
    public void A_ping_tells_where_the_server_runs()
    {
        var ping = Remote.Ping(InTime);
        Assert.Equal(Environment.ProcessId, ping.ProcessId);
        Assert.True(ping.Latency > TimeSpan.Zero);
    }

    [Fact]
    public void A_server_that_is_gone_cannot_be_connected_to()
    {
        var address = Server.Connection;
        Remote.Dispose();
        Server.Dispose();
        Assert.Equal(Fault.CannotConnect, Assert.Throws<FaultException>(() => RemoteClient.Connect(address, InTime)).Fault);
    }

    [Fact]
    public void Connections_over_tcp_are_sealed_and_work()
    {
        using var server = StateServer.Start(new TcpAddress("0.0.0.0", 0));
        var address = server.Connection.At((TcpAddress)server.Connection.Address with { Host = "127.0.0.1" });
        Assert.True(address.Address.IsSealed);
        using var client = RemoteClient.Connect(address, InTime);
        client.Commit(Set("a", 1));
        Assert.Equal(1, client.Get(Ns, "a")!.Value.Value.Plain());
    }
}
