using ZProc.Core.Conditions;
using ZProc.Core.State;
using ZProc.Core.Values;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Conditions;

public sealed class StateSelectorTests
{
    private static readonly Source Other = new(Guid.NewGuid(), "other", 2);

    private readonly Queue<Update> _newer = new();
    private readonly List<string> _evaluated = [];
    private long _revision = 10;

    [Fact]
    public void The_condition_is_evaluated_at_each_revision_in_order()
    {
        var selector = Begin(Select("a"), ("a", 1));
        Assert.Null(selector.Select(Set("a", 2)));
        var update = Set("a", 3);
        Assert.Same(update, selector.Select(update));
        Assert.Null(selector.Select(Set("a", 4)));
        Assert.Equal(["a=1", "a=2", "a=3", "a=4"], _evaluated);
        Assert.Equal(13, selector.Revision);
    }

    [Fact]
    public void A_state_that_meets_the_condition_already_is_selected_once_with_the_chosen_keys()
    {
        var selector = Begin(Select("a", followsAll: true), ("a", 3), ("b", 1));
        Assert.True(selector.HasInitial);
        var initial = selector.SelectInitial()!;
        Assert.Equal(10, initial.Revision);
        Assert.Equal([new KeyChange("a", null, V(3))], initial.Changes);
        Assert.False(selector.HasInitial);
        Assert.Null(selector.SelectInitial());
    }

    [Fact]
    public void A_state_that_does_not_meet_the_condition_announces_nothing() => Assert.False(Begin(Select("a"), ("a", 1)).HasInitial);

    [Fact]
    public void A_script_is_not_run_before_the_first_read()
    {
        var selector = Begin(Select("a", runsScript: true), ("a", 1));
        Assert.Empty(_evaluated);
        Assert.True(selector.HasInitial);
        Assert.Null(selector.SelectInitial());
        Assert.Equal(["a=1"], _evaluated);
    }

    [Fact]
    public void A_resumed_watch_does_not_select_the_state_where_it_begins()
    {
        var selector = Select("a");
        selector.Begin(Ns, [new("a", V(3))], 10, maySelect: false);
        Assert.False(selector.HasInitial);
        Assert.Null(selector.SelectInitial());
    }

    [Fact]
    public void An_update_of_other_keys_is_applied_and_not_selected()
    {
        var selector = Begin(Select("a", followsAll: true), ("a", 1));
        Assert.Null(selector.Select(Set("b", 3)));
        Assert.Equal(["a=1"], _evaluated);
        Assert.NotNull(selector.Select(Set("a", 2)));
        Assert.Equal("a=2 b=3", _evaluated[^1]);
    }

    [Fact]
    public void An_update_of_the_excluded_source_is_applied_and_not_selected()
    {
        var selector = Begin(Select("a", excluded: Tester.Id), ("a", 1));
        Assert.Null(selector.Select(Set("a", 3)));
        Assert.NotNull(selector.Select(Set("a", 3, Other)));
        Assert.Equal(["a=1", "a=3"], _evaluated);
    }

    [Fact]
    public void A_removed_key_has_no_value()
    {
        var selector = Begin(Select("a"), ("a", 1));
        selector.Select(new Update(Ns, 11, 11, DateTime.UtcNow, Tester, [new KeyChange("a", V(1), null)]));
        Assert.Equal("", _evaluated[^1]);
    }

    [Fact]
    public void A_live_one_evaluates_the_newest_revision_only_and_selects_its_newest_candidate()
    {
        var selector = Begin(Select("a", excluded: Other.Id), ("a", 1));
        selector.IsLive = true;
        var first = Set("a", 2);
        var newest = Set("a", 3);
        _newer.Enqueue(newest);
        _newer.Enqueue(Set("a", 3, Other));
        Assert.Same(newest, selector.Select(first));
        Assert.Equal(["a=1", "a=3"], _evaluated);
        Assert.Equal(13, selector.Revision);
    }

    [Fact]
    public void A_live_one_skips_from_the_state_where_it_begins()
    {
        var selector = Begin(Select("a"), ("a", 3));
        selector.IsLive = true;
        _newer.Enqueue(Set("a", 1));
        Assert.Null(selector.SelectInitial());
        Assert.Equal("a=1", _evaluated[^1]);
    }

    /// <summary>A selector of revisions where some value is 3.</summary>
    private StateSelector Select(string key, bool followsAll = false, Guid? excluded = null, bool runsScript = false)
    {
        var keys = new KeyFilter([key]);
        return new StateSelector(
            new Recorded(_evaluated, runsScript), keys, followsAll ? KeyFilter.All : keys, excluded, () => _newer.TryDequeue(out var newer) ? newer : null);
    }

    private StateSelector Begin(StateSelector selector, params (string Key, object Value)[] values)
    {
        selector.Begin(Ns, values.Select(pair => new KeyValuePair<string, EncodedValue>(pair.Key, V(pair.Value))), _revision, maySelect: true);
        return selector;
    }

    private Update Set(string key, object value, Source? source = null)
    {
        _revision++;
        return new(Ns, _revision, _revision, DateTime.UtcNow, source ?? Tester, [new KeyChange(key, null, V(value))]);
    }

    private sealed class Recorded(List<string> evaluated, bool runsScript) : IStateCondition
    {
        public bool RunsScript => runsScript;

        public bool IsMetBy(IReadOnlyDictionary<string, EncodedValue> values)
        {
            evaluated.Add(string.Join(" ", values.Select(pair => $"{pair.Key}={pair.Value.Plain()}")));
            return values.Values.Any(value => value == V(3));
        }
    }
}
