using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class RemoteNamespaceTests : IDisposable
{
    private static readonly StoreOptions Limits = new() { MaximumUpdates = 50, MaximumUpdateBytes = 1_000_000, MaximumValueBytes = 1000 };

    private readonly StateServer _server = StateServer.Start(options: Limits);
    private readonly LocalClient _local;
    private readonly RemoteClient _remote;

    public RemoteNamespaceTests()
    {
        _local = new LocalClient(_server.Store);
        _remote = RemoteClient.Connect(_server.Connection, In(10));
    }

    public void Dispose()
    {
        _remote.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_client_lists_what_the_server_has()
    {
        _remote.Commit(Set("a", 1) with { Namespace = "one" });
        _local.Commit(Set("a", 1) with { Namespace = "two" });
        Assert.Equal(_local.GetNamespaces(), _remote.GetNamespaces());
        Assert.Equal(["one", "two"], _remote.GetNamespaces().Select(info => info.Name));
    }

    [Fact]
    public void A_client_knows_the_servers_limits_and_refuses_what_exceeds_them_by_itself()
    {
        Assert.Equal(Limits, _remote.Limits);
        var received = _server.Store.Sequence;
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => _remote.Commit(Set("a", new string('x', 2000)))));
        Assert.Equal(received, _server.Store.Sequence);
        _remote.Commit(Set("a", new string('x', 900)));

        // Together too large: only the server can tell.
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() =>
        {
            for (var item = 0; item < 20; item++)
            {
                _remote.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Append, "list", V(new string('x', 100)))]));
            }
        }));
    }

    [Fact]
    public void An_expected_value_is_as_limited_as_a_written_one()
    {
        var expected = new Precondition(PreconditionKind.ValueIs, Value: V(new string('x', 2000)));
        Assert.Equal(Fault.ValueTooLarge, FaultOf(
            () => _remote.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "a", V(1), expected)]))));
    }

    [Fact]
    public void What_is_written_and_what_is_expected_count_together()
    {
        var large = V(new byte[60_000_000]);
        using var server = StateServer.Start();
        using var remote = RemoteClient.Connect(server.Connection, In(10));
        var changes = Enumerable.Range(0, 3).Select(
            i => new Change(ChangeKind.Set, $"k{i}", large, new Precondition(PreconditionKind.ValueIs, Value: large)));
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => remote.Commit(new CommitRequest(Ns, Tester, [.. changes]), In(10))));
    }

    [Fact]
    public void A_replica_keeps_as_many_updates_as_the_server()
    {
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        for (var i = 1; i <= 60; i++)
        {
            _remote.Commit(Set("n", i));
        }

        var fault = Assert.Throws<FaultException>(() => watch.TryRead(out _));
        Assert.Equal((Fault.Compacted, 11L), (fault.Fault, fault.Target));
        Assert.Equal(50, _remote.GetUpdates(Ns, null).Updates.Count);
        Assert.Equal(10, _remote.ValueAt(Ns, "n", 10)!.Value.Plain());
        Assert.Equal(Fault.Compacted, FaultOf(() => _remote.ValueAt(Ns, "n", 9)));
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => _remote.ValueAt(Ns, "n", 61)));
    }

    [Fact]
    public void A_copy_of_a_removed_namespace_is_given_up_and_reads_go_on()
    {
        _local.Commit(Set("a", 1));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, _remote.Get(Ns, "a")!.Value.Value.Plain());
        }

        _local.Commit(RemoveNamespace());
        _remote.Observe(_server.Store.Sequence);
        Assert.Null(_remote.Get(Ns, "a"));
        _local.Commit(Set("a", 2));
        _remote.Observe(_server.Store.Sequence);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(2, _remote.Get(Ns, "a")!.Value.Value.Plain());
        }

        Assert.Equal(3, _remote.GetSnapshot(Ns).Revision);
    }

    [Fact]
    public void A_remote_watch_on_a_removed_namespace_goes_on()
    {
        _local.Commit(Set("a", 1));
        using var watch = _remote.Watch(new WatchOptions { Namespace = Ns });
        _local.Commit(RemoveNamespace());
        _local.Commit(Set("a", 2));
        Assert.Equal([2L, 3L], new[] { watch.Read(In(20))!.Revision, watch.Read(In(20))!.Revision });
    }

    [Fact]
    public void Nothing_of_a_removed_namespace_stays_on_the_server_once_the_clients_let_go()
    {
        for (var i = 0; i < 100; i++)
        {
            var ns = $"ns{i}";
            _remote.Commit(Set("a", i) with { Namespace = ns });
            for (var read = 0; read < 10; read++)
            {
                _remote.Get(ns, "a");
            }

            _remote.Commit(RemoveNamespace() with { Namespace = ns });
            _remote.Ping(In(20)); // what the client said before it has been taken by then
        }

        Assert.InRange(_server.Store.HeldNamespaces, 0, 40);
    }

    [Fact]
    public void History_is_fetched_in_pages()
    {
        using var server = StateServer.Start();
        using var remote = RemoteClient.Connect(server.Connection, In(10));
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
