using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.State;

/// <summary>How much of the past a store keeps, and reads of the past.</summary>
public sealed class KeptHistoryTests
{
    private readonly LocalClient _client = new(new Store());

    [Fact]
    public void A_namespace_keeps_so_many_updates_and_says_where_they_begin()
    {
        var store = new Store(new StoreOptions { MaximumUpdates = 10, MinimumUpdates = 10 });
        var client = new LocalClient(store);
        using var slow = client.Watch(new WatchOptions { Namespace = Ns });
        using var elsewhere = client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["other"]) });
        for (var i = 1; i <= 25; i++)
        {
            client.Commit(Set("n", i));
        }

        var fault = Assert.Throws<FaultException>(() => slow.TryRead(out _));
        Assert.Equal(Fault.Compacted, fault.Fault);
        Assert.Equal(16L, fault.Target);
        Assert.False(elsewhere.TryRead(out _)); // missed nothing: no dropped update was for this watch
        client.Commit(Set("other", 1));
        Assert.True(elsewhere.TryRead(out var update));
        Assert.Equal(26, update.Revision);
        Assert.Equal(Fault.Compacted, FaultOf(() => client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 3 })));
        using var since = client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 20 });
        Assert.True(since.TryRead(out update));
        Assert.Equal(21, update.Revision);
    }

    [Fact]
    public void A_watch_that_lacks_only_the_newest_match_can_be_late_however_much_else_is_committed()
    {
        var client = new LocalClient(new Store(new StoreOptions { MaximumUpdates = 10 }));
        using var watch = client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["go"]) });
        client.Commit(Set("go", 1));
        for (var i = 1; i <= 25; i++)
        {
            client.Commit(Set("n", i)); // as other callers do that were woken by the same key
        }

        Assert.True(watch.TryRead(out var update));
        Assert.Equal(1, update.Revision);
        Assert.False(watch.TryRead(out _));
        client.Commit(Set("go", 2));
        Assert.True(watch.TryRead(out update));
        Assert.Equal(27, update.Revision);
    }

    [Fact]
    public void The_newest_update_is_always_kept()
    {
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => _ = new StoreOptions { MinimumUpdates = 0 }));
        var client = new LocalClient(new Store(new StoreOptions { MinimumUpdates = 1, MaximumUpdateBytes = 0 }));
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        client.Commit(Set("n", 1));
        Assert.True(watch.TryRead(out _));
    }

    [Fact]
    public void The_past_can_be_read_while_its_updates_are_kept()
    {
        _client.Commit(Set("a", 1));
        _client.Commit(Set("b", 1));
        _client.Commit(Set("a", 2));
        _client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Remove, "b")]));

        Assert.Equal([("a", 1), ("b", 1)], _client.ValuesAt(Ns, 2).Select(pair => (pair.Key, (int)pair.Value.Plain()!)));
        Assert.Equal([("a", 2)], _client.ValuesAt(Ns, 4).Select(pair => (pair.Key, (int)pair.Value.Plain()!)));
        Assert.Empty(_client.ValuesAt(Ns, 0));
    }
}
