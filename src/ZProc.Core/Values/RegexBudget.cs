using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>
/// What the regular expressions of one value have cost. A reader must build each one, which takes many times the memory and time of
/// its pattern, so their sum is bounded.
/// </summary>
internal struct RegexBudget
{
    /// <summary>The highest cost of a value: one pattern of 32,000 characters, or 500 short ones.</summary>
    private const int Highest = 32_768;

    /// <summary>What an expression costs beside its pattern.</summary>
    private const int Base = 64;

    /// <summary>How many times more than others a pattern costs that is compiled.</summary>
    private const int Compiled = 8;

    /// <summary>How many times more a pattern costs that becomes an automaton: its sets of characters are cut into disjoint ones.</summary>
    private const int Automaton = 100;

    private int _cost;

    /// <summary>Whether there is no expression so far.</summary>
    public readonly bool IsUnused => _cost == 0;

    /// <summary>Whether the value is put together of valid ones, so that its writer asked for too much. Otherwise its bytes are wrong.</summary>
    public bool IsOfResult { get; init; }

    /// <summary>The error for more than the bound.</summary>
    public readonly FaultException Exceeded() => IsOfResult
        ? ValueFaults.NotSupported("$", "would have regular expressions that are too large together. Store them as texts")
        : ValueFaults.Malformed("the regular expressions are too large");

    /// <summary>Adds an expression.</summary>
    /// <returns>Whether all together are still within the bound.</returns>
    public bool TryAdd(int length, RegexOptions options)
    {
        var factor = options.HasFlag(RegexOptions.NonBacktracking) ? Automaton : options.HasFlag(RegexOptions.Compiled) ? Compiled : 1;
        var cost = ((long)length + Base) * factor;
        _cost = (int)Math.Min(_cost + cost, Highest + 1);
        return _cost <= Highest;
    }

    public void Clear() => _cost = 0;
}
