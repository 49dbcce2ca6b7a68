using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using ZProc.Core;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.State;

/// <summary>Makes changes of the state from PowerShell's values, and dictionaries from entries.</summary>
internal static class StateChanges
{
    /// <summary>One change for each entry of a dictionary. A key that is not a string becomes text, as in PowerShell.</summary>
    public static List<Change> SetAll(this StateAccess state, IDictionary entries)
    {
        var changes = new List<Change>(entries.Count);
        foreach (DictionaryEntry entry in entries)
        {
            var key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            changes.Add(state.Change(ChangeKind.Set, key, entry.Value));
        }

        return changes;
    }

    /// <summary>One change. An error about its value names the key.</summary>
    /// <exception cref="FaultException">ValueNotSupported; ValueTooLarge.</exception>
    public static Change Change(this StateAccess state, ChangeKind kind, string key, object? operand, Precondition precondition = default) =>
        new(kind, key, Encode(key, operand, state.Limits), precondition);

    /// <summary>Encodes the value of a key. An error about the value names the key.</summary>
    /// <exception cref="FaultException">ValueNotSupported; ValueTooLarge.</exception>
    public static EncodedValue Encode(string key, object? value, StoreOptions limits)
    {
        try
        {
            return PowerShellValues.Encode(value, limits.ValueLimits);
        }
        catch (FaultException fault)
        {
            throw new FaultException(fault.Fault, $"Key '{key}': {fault.Message}", fault.Target, fault);
        }
    }

    /// <summary>Makes an ordered dictionary with case-sensitive keys, as the state has them.</summary>
    public static OrderedDictionary ToDictionary(IEnumerable<ZStateEntry> entries) =>
        ToDictionary(entries.Select(entry => new KeyValuePair<string, object?>(entry.Key, entry.Value)));

    /// <inheritdoc cref="ToDictionary(IEnumerable{ZStateEntry})"/>
    public static OrderedDictionary ToDictionary(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var dictionary = new OrderedDictionary(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            dictionary.Add(key, value);
        }

        return dictionary;
    }
}
