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

    /// <summary>How many times more than others a pattern costs that is compiled, or turned into an automaton.</summary>
    private const int Translated = 8;

    private int _cost;

    /// <summary>Adds an expression.</summary>
    /// <returns>Whether all together are still within the bound.</returns>
    public bool TryAdd(int length, RegexOptions options)
    {
        var isTranslated = (options & (RegexOptions.Compiled | RegexOptions.NonBacktracking)) != 0;
        var cost = ((long)length + Base) * (isTranslated ? Translated : 1);
        _cost = (int)Math.Min(_cost + cost, Highest + 1);
        return _cost <= Highest;
    }

    public void Clear() => _cost = 0;
}
