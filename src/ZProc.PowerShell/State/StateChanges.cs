using System.Collections.Specialized;
using System.Collections;
using System.Globalization;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Values;

namespace ZProc.State;

/// <summary>Between PowerShell's dictionaries and changes of the state.</summary>
internal static class StateChanges
{
    /// <summary>One change for each entry. Keys that are not strings are written as text, as PowerShell does it.</summary>
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

    /// <summary>One change; what is wrong with its value is said with the key.</summary>
    /// <exception cref="FaultException">ValueNotSupported; ValueTooLarge.</exception>
    public static Change Change(this StateAccess state, ChangeKind kind, string key, object? operand, Precondition precondition = default) =>
        new(kind, key, Encode(key, operand, state.Limits), precondition);

    /// <summary>The value for a key; what is wrong with it is said with the key.</summary>
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

    /// <summary>An ordered dictionary whose keys are case-sensitive, as the state's are.</summary>
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
