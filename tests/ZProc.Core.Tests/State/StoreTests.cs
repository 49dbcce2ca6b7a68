using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.State;

public sealed class StoreTests
{
    private readonly Store _store;
    private readonly LocalClient _client;

    public StoreTests()
    {
        _store = new Store();
        _client = new LocalClient(_store);
    }

    [Fact]
    public void A_commit_is_one_update_with_before_and_after()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns });
        _client.Commit(Set("a", 1));
        var result = _client.Commit(new CommitRequest(Ns, Tester, [
            new Change(ChangeKind.Set, "b", V("x")),
            new Change(ChangeKind.Set, "a", V(2)),
        ]));

        Assert.Equal(2, result.Revision);
        Assert.True(watch.TryRead(out _));
        Assert.True(watch.TryRead(out var update));
        Assert.Equal(["a", "b"], update.Changes.Select(change => change.Key));
        Assert.Equal(1, update.Changes[0].Before!.Value.Plain());
        Assert.Equal(2, update.Changes[0].After!.Value.Plain());
        Assert.Null(update.Changes[1].Before);
        Assert.Equal(Tester, update.Source);
    }

    [Fact]
    public void Writing_an_equal_value_is_no_update_unless_forced()
    {
        _client.Commit(Set("a", 1));
        var same = _client.Commit(Set("a", 1));
        Assert.False(same.Changed);
        Assert.Equal(1, same.Revision);
        Assert.True(_client.Commit(Set("a", 1) with { Force = true }).Changed);
        Assert.True(_client.Commit(Set("a", 1L)).Changed); // another type is another value
    }

    [Fact]
    public void A_refused_condition_leaves_no_trace_of_the_whole_commit()
    {
        _client.Commit(Set("b", 1));
        var fault = Assert.Throws<FaultException>(() => _client.Commit(new CommitRequest(Ns, Tester, [
            new Change(ChangeKind.Set, "a", V(1)),
            new Change(ChangeKind.Set, "b", V(2), Precondition.Absent),
        ])));

        Assert.Equal(Fault.Conflict, fault.Fault);
        Assert.Null(_client.Get(Ns, "a"));
        Assert.Equal(1, _client.GetSnapshot(Ns).Revision);
    }

    [Fact]
    public void Conditions_on_value_and_revision_hold_or_refuse()
    {
        _client.Commit(Set("a", 5));
        var byValue = new Precondition(PreconditionKind.ValueIs, Value: V(5L));
        Assert.True(_client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "a", V(6), byValue)])).Changed);
        Assert.Equal(Fault.Conflict, FaultOf(() => _client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "a", V(7), byValue)]))));
        var byRevision = new Precondition(PreconditionKind.RevisionIs, Revision: 2);
        Assert.True(_client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "a", V(7), byRevision)])).Changed);
        Assert.Equal(Fault.Conflict, FaultOf(() => _client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "a", V(8), byRevision)]))));
    }

    [Fact]
    public void A_key_changed_before_in_the_same_commit_has_no_revision_to_ask_for() =>
        Assert.All([-1, 0, 1], revision => Assert.Equal(Fault.Conflict, FaultOf(() => _client.Commit(new CommitRequest(Ns, Tester, [
            new Change(ChangeKind.Set, "a", V(1)),
            new Change(ChangeKind.Set, "a", V(2), new Precondition(PreconditionKind.RevisionIs, revision)),
        ])))));

    [Fact]
    public void Server_side_operations_give_the_new_or_the_removed_value()
    {
        Assert.Equal(3, One(ChangeKind.Increment, "n", 3).After!.Value.Plain());
        Assert.Equal(5, One(ChangeKind.Increment, "n", 2).After!.Value.Plain());
        One(ChangeKind.Append, "list", "a");
        Assert.Equal(new object[] { "a", "b" }, One(ChangeKind.Append, "list", "b").After!.Value.Plain());
        Assert.Equal(5, One(ChangeKind.Remove, "n", null).Before!.Value.Plain());
        Assert.Null(One(ChangeKind.Remove, "n", null).Before);
        Assert.Equal("list", One(ChangeKind.PopAny, "", null).Key);
        Assert.Equal(Fault.KeyNotFound, FaultOf(() => One(ChangeKind.PopAny, "", null)));
    }

    [Fact]
    public void Overflow_is_an_error_and_changes_nothing()
    {
        _client.Commit(Set("n", int.MaxValue));
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => _client.Commit(Increment("n", 1))));
        Assert.Equal(int.MaxValue, _client.Get(Ns, "n")!.Value.Value.Plain());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\u0085")]
    public void A_bad_key_is_refused(string key) => Assert.Equal(Fault.InvalidKey, FaultOf(() => _client.Commit(Set(key, 1))));

    [Fact]
    public void A_key_has_at_most_1024_characters()
    {
        _client.Commit(Set(new string('k', 1024), 1));
        Assert.Equal(Fault.InvalidKey, FaultOf(() => _client.Commit(Set(new string('k', 1025), 1))));
    }

    [Fact]
    public void Snapshots_are_ordered_ordinally()
    {
        foreach (var key in new[] { "b", "B", "a", "é", "_" })
        {
            _client.Commit(Set(key, 1));
        }

        Assert.Equal(["B", "_", "a", "b", "é"], _client.GetSnapshot(Ns).Entries.Select(pair => pair.Key));
    }

    [Fact]
    public async Task Turns_are_given_in_arrival_order_and_plain_writes_wait_for_theirs()
    {
        var first = _client.AcquireTurn(Ns, Tester);
        var write = _client.CommitAsync(Set("plain", 1));
        var ticket = new TaskCompletionSource();
        var second = new TurnTicket(Ns, _client.Id, Tester.Id, (_, _) => ticket.SetResult());
        _store.AcquireTurn(second);
        var later = _client.CommitAsync(Set("later", 1));

        Assert.Null(_client.Get(Ns, "plain")); // reads go on, and show that the write waits
        Assert.False(write.IsCompleted);
        _client.Commit(Set("mine", 1, turn: first.Id));
        first.Dispose();

        await write.WaitAsync(Soon);
        await ticket.Task.WaitAsync(Soon);
        Assert.False(later.IsCompleted);
        Assert.Equal(Fault.TurnLost, FaultOf(() => _client.Commit(Set("late", 1, turn: first.Id))));
        _client.EndSource(Tester.Id);
        await Assert.ThrowsAsync<FaultException>(() => later.WaitAsync(Soon)); // it was the same source's
    }

    [Fact]
    public void A_wait_for_a_turn_gives_its_place_up_at_the_deadline()
    {
        using (_client.AcquireTurn(Ns, Tester))
        {
            Assert.Equal(Fault.Timeout, FaultOf(() => _client.AcquireTurn(Ns, Tester, In(0.05))));
            Assert.Equal(Fault.Timeout, FaultOf(() => _client.Commit(Set("a", 1), In(0.05))));
        }

        Assert.Null(_client.Get(Ns, "a"));
        _client.AcquireTurn(Ns, Tester, In(5)).Dispose();
    }

    [Fact]
    public void A_commit_can_give_the_turn_back_and_a_refused_one_keeps_it()
    {
        using var turn = _client.AcquireTurn(Ns, Tester);
        Assert.Equal(Fault.InvalidKey, FaultOf(() => _client.Commit(Set("", 1, turn: turn.Id) with { EndTurn = true })));
        _client.Commit(Set("a", 1, turn: turn.Id) with { EndTurn = true });
        turn.Ended();
        using var next = _client.AcquireTurn(Ns, Tester, In(5));
        turn.Dispose(); // must not end somebody else's
        Assert.Equal(Fault.Timeout, FaultOf(() => _client.AcquireTurn(Ns, Tester, In(0.05))));
    }

    [Fact]
    public void A_holder_that_ends_gives_its_turn_to_the_next()
    {
        var other = new LocalClient(_store);
        other.AcquireTurn(Ns, new Source(Guid.NewGuid(), "other", 1));
        other.Dispose();
        _client.AcquireTurn(Ns, Tester, In(5)).Dispose();
    }

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
        Assert.False(elsewhere.TryRead(out _)); // it missed nothing: none of the dropped updates was for it
        client.Commit(Set("other", 1));
        Assert.True(elsewhere.TryRead(out var update));
        Assert.Equal(26, update.Revision);
        Assert.Equal(Fault.Compacted, FaultOf(() => client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 3 })));
        using var since = client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 20 });
        Assert.True(since.TryRead(out update));
        Assert.Equal(21, update.Revision);
    }

    [Fact]
    public void Who_is_woken_once_can_be_late_however_much_else_is_committed()
    {
        var client = new LocalClient(new Store(new StoreOptions { MaximumUpdates = 10 }));
        using var watch = client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["go"]) });
        client.Commit(Set("go", 1));
        for (var i = 1; i <= 25; i++)
        {
            client.Commit(Set("n", i)); // as the others do that were woken, too
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

    [Fact]
    public void Watches_buffered_live_and_excluding()
    {
        using var buffered = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["a"]) });
        using var live = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["a"]), Live = true });
        using var others = _client.Watch(new WatchOptions { Namespace = Ns, ExcludeSource = Tester.Id });
        for (var i = 1; i <= 5; i++)
        {
            _client.Commit(Set("a", i));
            _client.Commit(Set("b", i));
        }

        Assert.Equal([1L, 3L, 5L, 7L, 9L], ReadAll(buffered));
        Assert.Equal([9L], ReadAll(live));
        Assert.Empty(ReadAll(others));
        _client.Commit(Set("a", 6, new Source(Guid.NewGuid(), "other", 1)));
        _client.Commit(Set("a", 7));
        Assert.Equal([11L, 12L], ReadAll(buffered));
        Assert.Equal([12L], ReadAll(live));
        Assert.Equal([11L], ReadAll(others));
    }

    [Fact]
    public void Watches_with_patterns_and_exclusions_see_only_what_they_chose()
    {
        using var pattern = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(patterns: [key => key.StartsWith('a')]) });
        using var excluding = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(excluded: [key => key == "b"]) });
        using var live = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(excluded: [key => key == "b"]), Live = true });
        foreach (var key in new[] { "b", "a1", "b", "c", "a2", "b" })
        {
            _client.Commit(Set(key, Guid.NewGuid()));
        }

        Assert.Equal([2L, 5L], ReadAll(pattern));
        Assert.Equal([2L, 4L, 5L], ReadAll(excluding));
        Assert.Equal([5L], ReadAll(live));
    }

    [Fact]
    public void A_deadline_does_not_move_under_a_stream_of_other_updates()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["quiet"]) });
        using var enough = new CancellationTokenSource();
        var noise = Task.Run(() =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                _client.Commit(Set("noise", i));
            }
        });
        Assert.Null(watch.Read(In(0.3)));
        enough.Cancel();
        Assert.True(noise.Wait(Soon));
    }

    [Fact]
    public void A_wait_ends_at_cancellation_and_at_the_end_of_the_store()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = Ns });
        using var cancellation = new CancellationTokenSource();
        var waiting = Task.Run(() => watch.Read(Deadline.Never, cancellation.Token));
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => waiting.WaitAsync(Soon).GetAwaiter().GetResult());

        var second = Task.Run(() => watch.Read(Deadline.Never));
        _store.Close(new FaultException(Fault.ContextStopped, "stopped"));
        Assert.Equal(Fault.ContextStopped, FaultOf(() => second.WaitAsync(Soon).GetAwaiter().GetResult()));
    }

    private static List<long> ReadAll(Watch watch)
    {
        var revisions = new List<long>();
        while (watch.TryRead(out var update))
        {
            revisions.Add(update.Revision);
        }

        return revisions;
    }

    private KeyChange One(ChangeKind kind, string key, object? operand) =>
        _client.Commit(new CommitRequest(Ns, Tester, [new Change(kind, key, V(operand))])).Results[0];
}
