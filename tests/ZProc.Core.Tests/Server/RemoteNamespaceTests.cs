using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class RemoteNamespaceTests : ServerTest
{
    private static readonly StoreOptions Limits = new() { MaximumUpdates = 50, MaximumUpdateBytes = 1_000_000, MaximumValueBytes = 1000 };

    public RemoteNamespaceTests()
        : base(Limits)
    {
    }

    [Fact]
    public void A_client_lists_the_namespaces_of_the_server()
    {
        Remote.Commit(Set("a", 1) with { Namespace = "one" });
        Local.Commit(Set("a", 1) with { Namespace = "two" });
        Assert.Equal(Local.GetNamespaces(), Remote.GetNamespaces());
        Assert.Equal(["one", "two"], Remote.GetNamespaces().Select(info => info.Name));
    }

    [Fact]
    public void A_client_knows_the_servers_limits_and_refuses_larger_values_by_itself()
    {
        Assert.Equal(Limits, Remote.Limits);
        var received = Server.Store.Sequence;
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => Remote.Commit(Set("a", new string('x', 2000)))));
        Assert.Equal(received, Server.Store.Sequence);
        Remote.Commit(Set("a", new string('x', 900)));

        // Together too large: only the server can tell.
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() =>
        {
            for (var item = 0; item < 20; item++)
            {
                Remote.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Append, "list", V(new string('x', 100)))]));
            }
        }));
    }

    [Fact]
    public void An_expected_value_is_as_limited_as_a_written_one()
    {
        var expected = new Precondition(PreconditionKind.ValueIs, Value: V(new string('x', 2000)));
        Assert.Equal(Fault.ValueTooLarge, FaultOf(
            () => Remote.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "a", V(1), expected)]))));
    }

    [Fact]
    public void Written_and_expected_values_count_together()
    {
        var large = V(new byte[60_000_000]);
        using var server = StateServer.Start();
        using var remote = RemoteClient.Connect(server.Connection, InTime);
        var changes = Enumerable.Range(0, 3).Select(
            i => new Change(ChangeKind.Set, $"k{i}", large, new Precondition(PreconditionKind.ValueIs, Value: large)));
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => remote.Commit(new CommitRequest(Ns, Tester, [.. changes]), InTime)));
    }

    [Fact]
    public void A_replica_keeps_as_many_updates_as_the_server()
    {
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        for (var i = 1; i <= 60; i++)
        {
            Remote.Commit(Set("n", i));
        }

        var fault = Assert.Throws<FaultException>(() => watch.TryRead(out _));
        Assert.Equal((Fault.Compacted, 11L), (fault.Fault, fault.Target));
        Assert.Equal(50, Remote.GetUpdates(Ns, null).Updates.Count);
        Assert.Equal(10, Remote.ValueAt(Ns, "n", 10)!.Value.Plain());
        Assert.Equal(Fault.Compacted, FaultOf(() => Remote.ValueAt(Ns, "n", 9)));
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => Remote.ValueAt(Ns, "n", 61)));
    }

    [Fact]
    public void A_copy_of_a_removed_namespace_is_given_up_and_reads_go_on()
    {
        Local.Commit(Set("a", 1));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, Remote.Get(Ns, "a")!.Value.Value.Plain());
        }

        Local.Commit(RemoveNamespace());
        Remote.Observe(Server.Store.Sequence);
        Assert.Null(Remote.Get(Ns, "a"));
        Local.Commit(Set("a", 2));
        Remote.Observe(Server.Store.Sequence);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(2, Remote.Get(Ns, "a")!.Value.Value.Plain());
        }

        Assert.Equal(3, Remote.GetSnapshot(Ns).Revision);
    }

    [Fact]
    public void A_remote_watch_on_a_removed_namespace_goes_on()
    {
        Local.Commit(Set("a", 1));
        using var watch = Remote.Watch(new WatchOptions { Namespace = Ns });
        Local.Commit(RemoveNamespace());
        Local.Commit(Set("a", 2));
        Assert.Equal([2L, 3L], new[] { watch.Read(InTime)!.Revision, watch.Read(InTime)!.Revision });
    }

    [Fact]
    public void The_server_forgets_a_removed_namespace_once_no_client_follows_it()
    {
        for (var i = 0; i < 100; i++)
        {
            var ns = $"ns{i}";
            Remote.Commit(Set("a", i) with { Namespace = ns });
            for (var read = 0; read < 10; read++)
            {
                Remote.Get(ns, "a");
            }

            Remote.Commit(RemoveNamespace() with { Namespace = ns });
        }

        // The core ends the last subscriptions a moment after the replies.
        Assert.True(SpinWait.SpinUntil(() => Server.Store.HeldNamespaces <= 40, InTime.Remaining), $"{Server.Store.HeldNamespaces} namespaces are held");
    }

    [Fact]
    public void History_is_fetched_in_pages()
    {
        using var server = StateServer.Start();
        using var remote = RemoteClient.Connect(server.Connection, InTime);
        for (var i = 1; i <= 60; i++)
        {
            remote.Commit(Set("big", new string((char)('a' + (i % 26)), 200_000)));
        }

        var updates = remote.GetUpdates(Ns, null);
        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), updates.Updates.Select(update => update.Revision));
        Assert.Equal(60, updates.Revision);
        Assert.Equal('b', ((string)remote.ValueAt(Ns, "big", 1)!.Value.Plain()!)[0]);
    }
}
