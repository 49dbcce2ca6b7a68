using System.Collections;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.State;

/// <summary>Compares a namespace with a dictionary.</summary>
internal static class StateComparison
{
    /// <summary>Whether both have the same keys with equal values. Numbers compare by value, containers deeply, and text exactly.</summary>
    public static bool AreEqual(StateAccess state, IDictionary other)
    {
        // Keys compare exactly, also those of a hashtable, which ignores case itself.
        var theirs = new Dictionary<object, object?>();
        foreach (DictionaryEntry entry in other)
        {
            theirs[entry.Key] = entry.Value;
        }

        var limits = state.Limits.ValueLimits;
        var mine = state.Entries().ToArray();
        return mine.Length == theirs.Count && mine.All(entry => theirs.TryGetValue(entry.Key, out var value)
            && ValueComparer.LooselyEqual(PowerShellValues.Encode(entry.Value, limits), PowerShellValues.Encode(value, limits)));
    }
}
