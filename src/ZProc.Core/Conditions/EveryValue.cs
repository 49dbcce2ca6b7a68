using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Conditions;

/// <summary>Met when every chosen key has a value that passes a test, and every key that was named exists. Pure if the test is.</summary>
public sealed class EveryValue : IStateCondition
{
    private readonly IReadOnlyCollection<string> _named;
    private readonly Predicate<EncodedValue> _test;

    /// <summary>Creates the condition.</summary>
    /// <param name="keys">The chosen keys.</param>
    /// <param name="test">The test of one value.</param>
    public EveryValue(KeyFilter keys, Predicate<EncodedValue> test)
    {
        _named = keys.OnlyLiterals ?? [];
        _test = test;
    }

    /// <inheritdoc/>
    public bool RunsScript => false;

    /// <inheritdoc/>
    public bool IsMetBy(IReadOnlyDictionary<string, EncodedValue> values) =>
        values.Count > 0 && _named.All(values.ContainsKey) && values.Values.All(value => _test(value));
}
