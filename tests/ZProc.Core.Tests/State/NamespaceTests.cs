using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.State;

public sealed class NamespaceTests
{
    private readonly Store _store = new();
    private readonly LocalClient _client;

    public NamespaceTests() => _client = new LocalClient(_store);

    [Fact]
    public void Only_namespaces_that_were_written_to_are_listed()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = "watched" });
        _ = _client.GetSnapshot("read");
        _client.Commit(Set("k", "12345") with { Namespace = "b" });
        _client.Commit(Set("k", 1) with { Namespace = "a" });
        _client.Commit(Set("l", 1) with { Namespace = "a" });
        _client.Commit(Remove("k") with { Namespace = "a" });

        var list = _client.GetNamespaces();

        Assert.Equal([("a", 1, 3L), ("b", 1, 1L)], list.Select(info => (info.Name, info.Count, info.Revision)));
        Assert.Equal(V("12345").Length, list[1].Bytes);
        Assert.Equal(V(1).Length, list[0].Bytes);
        Assert.Equal(0, list[0].OldestRevision);
    }

    [Fact]
    public void A_removed_namespace_is_gone_and_its_revisions_are_not_given_again()
    {
        _client.Commit(Set("a", 1));
        _client.Commit(Set("b", 1));
        Assert.True(_client.Commit(RemoveNamespace()).Changed);
        Assert.Empty(_client.GetNamespaces());
        Assert.Empty(_client.GetSnapshot(Ns).Entries);
        Assert.Equal(3, _client.GetSnapshot(Ns).Revision);
        Assert.False(_client.Commit(RemoveNamespace()).Changed);
        Assert.Equal(Fault.Compacted, FaultOf(() => _client.GetUpdates(Ns, 0)));

        Assert.Equal(4, _client.Commit(Set("c", 1)).Revision);
        Assert.Equal(["c"], _client.GetSnapshot(Ns).Entries.Select(pair => pair.Key));
        Assert.Equal([4L], _client.GetUpdates(Ns, null).Updates.Select(update => update.Revision));
        Assert.Equal(3, _client.GetNamespaces()[0].OldestRevision);
    }

    [Fact]
    public void The_memory_of_removed_namespaces_is_bounded()
    {
        var removed = new RemovedRevisions();
        for (var i = 0; i < RemovedRevisions.MaximumCount + 100; i++)
        {
            removed.Add($"n{i}", i + 1);
        }

        Assert.Equal(RemovedRevisions.MaximumCount, removed.Count);
        Assert.Equal(0, removed.Find("n99"));
        Assert.Equal(101, removed.Find("n100"));
        Assert.Equal(101, removed.Take("n100"));
        Assert.Equal(0, removed.Take("n100"));
        removed.Add("n100", 102);
        Assert.Equal(102, removed.Find("n100"));
    }

    [Fact]
    public void Namespaces_of_output_leave_nothing_behind()
    {
        var ns = KeyName.OutputPrefixOf(Guid.NewGuid()) + "1";
        _client.Commit(Set("open", true) with { Namespace = ns });
        _client.Commit(RemoveNamespace() with { Namespace = ns });
        Assert.Equal(0, _client.GetSnapshot(ns).Revision); // the name is used once
    }

    [Fact]
    public void An_empty_namespace_can_be_removed()
    {
        _client.Commit(Set("a", 1));
        _client.Commit(Remove("a"));
        Assert.True(_client.Commit(RemoveNamespace()).Changed);
        Assert.Empty(_client.GetNamespaces());
    }

    [Fact]
    public void A_watch_sees_the_keys_go_and_goes_on()
    {
        _client.Commit(Set("a", 1));
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns });
        _client.Commit(RemoveNamespace());
        _client.Commit(Set("a", 2));

        Assert.True(watch.TryRead(out var update));
        Assert.True(update.RemovesNamespace);
        Assert.Null(update.Find("a")!.Value.After);
        Assert.True(watch.TryRead(out update));
        Assert.Equal(3, update.Revision);
        Assert.Equal(2, update.Find("a")!.Value.After!.Value.Plain());
    }

    [Fact]
    public void Removal_waits_for_the_turn()
    {
        _client.Commit(Set("a", 1));
        using var turn = _client.AcquireTurn(Ns, Tester);
        var removal = _client.CommitAsync(RemoveNamespace());
        Assert.False(removal.IsCompleted);
        _client.Commit(Set("a", 2) with { Turn = turn.Id });
        turn.Dispose();
        Assert.Equal(3, removal.Result.Revision);
    }

    [Fact]
    public void Removal_goes_with_no_other_change()
    {
        _client.Commit(Set("a", 1));
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => _client.Commit(new CommitRequest(
            Ns, Tester, [new Change(ChangeKind.RemoveNamespace, ""), new Change(ChangeKind.Set, "b", V(1))]))));
        Assert.Equal(["a"], _client.GetSnapshot(Ns).Entries.Select(pair => pair.Key));
    }

    [Fact]
    public void Removed_and_merely_watched_namespaces_leave_nothing_behind()
    {
        var kept = new WeakReference[200];
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = Use($"ns{i}");
        }

        Assert.Equal(0, _store.HeldNamespaces);
        GC.Collect();
        Assert.InRange(kept.Count(reference => reference.IsAlive), 0, 20);
    }

    [Fact]
    public void The_history_of_a_removed_namespace_goes_with_its_last_watch()
    {
        _client.Commit(Set("secret", "old"));
        var first = _client.Watch(new WatchOptions { Namespace = Ns });
        var second = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["secret"]) });
        _client.Commit(RemoveNamespace());
        first.Dispose();
        Assert.True(second.TryRead(out _));
        second.Dispose();
        Assert.Equal(0, _store.HeldNamespaces);
        Assert.Equal(Fault.Compacted, FaultOf(() => _client.ValueAt(Ns, "secret", 1)));
        Assert.Equal(3, _client.Commit(Set("a", 1)).Revision);
    }

    [Fact]
    public void The_history_of_a_namespace_removed_inside_a_turn_goes_with_the_turn()
    {
        _client.Commit(Set("a", 1));
        var turn = _client.AcquireTurn(Ns, Tester);
        _client.Commit(RemoveNamespace() with { Turn = turn.Id });
        turn.Dispose();
        Assert.Equal(0, _store.HeldNamespaces);
        Assert.Equal(Fault.Compacted, FaultOf(() => _client.GetUpdates(Ns, 0)));
    }

    [Fact]
    public void A_removal_that_waited_ends_the_namespace_too()
    {
        _client.Commit(Set("a", 1));
        var turn = _client.AcquireTurn(Ns, Tester);
        var removal = _client.CommitAsync(RemoveNamespace());
        turn.Dispose();
        Assert.True(removal.Wait(Soon));
        Assert.Equal(0, _store.HeldNamespaces);
    }

    [Fact]
    public void The_history_before_a_removal_cannot_be_read_once_the_namespace_exists_again()
    {
        _client.Commit(Set("a", "old"));
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns });
        _client.Commit(RemoveNamespace());
        _client.Commit(Set("a", "new"));

        Assert.Equal([3L], _client.GetUpdates(Ns, null).Updates.Select(update => update.Revision));
        Assert.Equal(2, _client.GetNamespaces()[0].OldestRevision);
        Assert.Empty(_client.ValuesAt(Ns, 2));
        var fault = Assert.Throws<FaultException>(() => _client.ValueAt(Ns, "a", 1));
        Assert.Equal((Fault.Compacted, 3L), (fault.Fault, fault.Target));
        Assert.Equal(Fault.Compacted, FaultOf(() => _client.ValuesAt(Ns, 1)));
        Assert.Equal(Fault.Compacted, FaultOf(() => _client.EntriesAt(Ns, 1)));

        // An earlier watch misses nothing, even where another watch keeps its place in the log.
        using var late = _client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 1 });
        Assert.True(late.TryRead(out _));
        Assert.True(watch.TryRead(out var update));
        Assert.True(update.RemovesNamespace);
        Assert.True(watch.TryRead(out _));
    }

    [Fact]
    public void Operations_on_a_missing_namespace_leave_nothing_behind()
    {
        _client.Watch(new WatchOptions { Namespace = Ns }).Dispose();
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => _client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 7 })));
        _client.AcquireTurn(Ns, Tester).Dispose();
        _client.Commit(Remove("a"));
        _client.Commit(RemoveNamespace());
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => _client.Commit(Increment("a", "text"))));
        Assert.Equal(0, _store.HeldNamespaces);
    }

    [Fact]
    public void Popping_takes_the_same_time_however_much_was_popped_before()
    {
        const int Keys = 100_000;
        _client.Commit(new CommitRequest(Ns, Tester, Enumerable.Range(0, Keys).Select(i => new Change(ChangeKind.Set, $"k{i}", V(i))).ToArray()));
        var popped = new HashSet<string>();
        for (var i = 0; i < Keys; i++)
        {
            // Looking for a key from the beginning each time would take minutes here.
            Assert.True(popped.Add(_client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.PopAny, "")])).Results[0].Key));
        }

        Assert.Equal(Fault.KeyNotFound, FaultOf(() => _client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.PopAny, "")]))));
    }

    private WeakReference Use(string ns)
    {
        _client.Commit(Set("a", 1) with { Namespace = ns });
        using var watch = _client.Watch(new WatchOptions { Namespace = ns });
        var update = Read(ns);
        _client.Commit(RemoveNamespace() with { Namespace = ns });
        return update;
    }

    // In a method of its own: no local variable may keep it alive.
    private WeakReference Read(string ns) => new(_client.GetUpdates(ns, null).Updates[0]);
}
