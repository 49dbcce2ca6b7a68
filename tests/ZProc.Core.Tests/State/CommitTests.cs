using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.State;

/// <summary>Commits to a store: each is one update, or nothing.</summary>
public sealed class CommitTests
{
    private readonly LocalClient _client = new(new Store());

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

    private KeyChange One(ChangeKind kind, string key, object? operand) =>
        _client.Commit(new CommitRequest(Ns, Tester, [new Change(kind, key, V(operand))])).Results[0];
}
