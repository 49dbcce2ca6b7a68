using System.Management.Automation;
using ZProc.Core.Conditions;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>Makes the condition of a <see cref="WatchSpec"/>.</summary>
internal static class ConditionFactory
{
    /// <summary>The condition about a change, for a spec that does not look at the state.</summary>
    public static IChangeCondition ForChange(WatchSpec spec, KeyFilter keys) =>
        spec.Condition == ConditionKind.Removed ? new KeyRemoved(keys) : new AnyChange();

    /// <summary>The condition about the state, for a spec that looks at it.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="keys">The chosen keys.</param>
    /// <param name="block">The block of <c>-When</c> in the caller's session; null to rebuild it from its text.</param>
    public static IStateCondition ForState(WatchSpec spec, KeyFilter keys, ScriptBlock? block) =>
        spec.When is { } script ? new ScriptCondition(script, block, spec) : new EveryValue(keys, TestOf(spec.Condition, spec.Operand));

    private static Predicate<EncodedValue> TestOf(ConditionKind kind, EncodedValue operand) => kind switch
    {
        ConditionKind.Equal => value => ValueComparer.LooselyEqual(value, operand),
        ConditionKind.NotEqual => value => !ValueComparer.LooselyEqual(value, operand),
        ConditionKind.Null => value => value == default,
        ConditionKind.NotNull => value => value != default,
        ConditionKind.Truthy => value => IsTrue(value),
        ConditionKind.Falsy => value => !IsTrue(value),
        _ => _ => true,
    };

    // A member of an enumeration counts as its number, which PowerShell does not see in an enumeration that is not loaded here.
    private static bool IsTrue(EncodedValue value) => PowerShellValues.Decode(value) switch
    {
        UnknownEnum member => LanguagePrimitives.IsTrue(member.Value),
        var known => LanguagePrimitives.IsTrue(known),
    };
}
