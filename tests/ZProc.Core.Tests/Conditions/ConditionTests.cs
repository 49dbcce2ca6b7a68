using ZProc.Core.Conditions;
using ZProc.Core.State;
using ZProc.Core.Values;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Conditions;

public sealed class ConditionTests
{
    [Fact]
    public void Any_change_is_met_by_every_update() => Assert.True(new AnyChange().IsMetBy(Update(("a", null))));

    [Fact]
    public void A_removal_is_met_by_an_update_that_removes_a_chosen_key()
    {
        var condition = new KeyRemoved(new KeyFilter(["a", "b"]));
        Assert.True(condition.IsMetBy(Update(("b", null))));
        Assert.True(condition.IsMetBy(Update(("a", 1), ("b", null))));
        Assert.False(condition.IsMetBy(Update(("a", 1), ("c", null))));
    }

    [Fact]
    public void Every_named_key_has_to_exist_and_pass()
    {
        var condition = new EveryValue(new KeyFilter(["a", "b"]), value => value == V(1));
        Assert.True(condition.IsMetBy(Values(("a", 1), ("b", 1))));
        Assert.False(condition.IsMetBy(Values(("a", 1))));
        Assert.False(condition.IsMetBy(Values(("a", 1), ("b", 2))));
        Assert.False(condition.IsMetBy(Values()));
    }

    [Fact]
    public void Of_keys_with_wildcards_all_that_exist_have_to_pass_and_one_has_to_exist()
    {
        var condition = new EveryValue(new KeyFilter(patterns: [key => key.StartsWith('a')]), value => value == V(1));
        Assert.False(condition.IsMetBy(Values()));
        Assert.True(condition.IsMetBy(Values(("a1", 1))));
        Assert.False(condition.IsMetBy(Values(("a1", 1), ("a2", 2))));
    }

    private static Update Update(params (string Key, object? After)[] changes) => new(
        Ns, 1, 1, DateTime.UtcNow, Tester, [.. changes.Select(change => new KeyChange(change.Key, V(0), change.After is null ? null : V(change.After)))]);

    private static Dictionary<string, EncodedValue> Values(params (string Key, object? Value)[] values) =>
        values.ToDictionary(pair => pair.Key, pair => V(pair.Value));
}
