using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;

namespace ZProc.Values;

/// <summary>Shows a value in one line of bounded length, for views.</summary>
internal static class ValueText
{
    private const int Width = 40;
    private const int Items = 5;

    /// <summary>The text of an encoded value.</summary>
    public static string Of(EncodedValue value, int width = Width)
    {
        try
        {
            return Of(PowerShellValues.Decode(value), width);
        }
        catch (FaultException expected) when (expected.Fault == Fault.MalformedMessage)
        {
            // Expected: PowerShell refuses what the value holds. Reading the key says why; a view shows its kind.
            ZProcEventSource.Log.FaultCaught(nameof(ValueText), expected);
            return $"[{value.Kind}]";
        }
    }

    /// <summary>The text of a value.</summary>
    public static string Of(object? value, int width = Width)
    {
        string text;
        try
        {
            text = Of(value, deep: true).ReplaceLineEndings("⏎");
        }
#pragma warning disable CA1031 // the value's own code runs here and may throw anything
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: that code failed, or another thread changed the value meanwhile. The name of its type stands for it.
            ZProcEventSource.Log.FaultCaught(nameof(ValueText), expected);
            text = $"[{BaseObject.Of(value)!.GetType()}]";
        }

        return text.Length > width ? string.Concat(text.AsSpan(0, width - 1), "…") : text;
    }

    private static string Of(object? value, bool deep) => value switch
    {
        null => "$null",
        string text => text,
        PSObject { BaseObject: not PSCustomObject } wrapped => Of(wrapped.BaseObject, deep),
        PSObject bag => $"@{{{List(bag.Properties, property => $"{property.Name}={Of(property.Value, deep: false)}", deep)}}}",
        IDictionary entries => $"@{{{List(Entries(entries), entry => $"{entry.Key}={Of(entry.Value, deep: false)}", deep)}}}",
        IEnumerable items => $"{{{List(items.Cast<object?>(), item => Of(item, deep: false), deep)}}}",
        _ => Convert.ToString(value, CultureInfo.CurrentCulture) ?? "",
    };

    // As plain enumerables, some dictionaries have entries of another type.
    private static IEnumerable<DictionaryEntry> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            yield return entry;
        }
    }

    private static string List<T>(IEnumerable<T> items, Func<T, string> text, bool deep) =>
        deep ? string.Join(", ", items.Take(Items + 1).Select((item, place) => place < Items ? text(item) : "…")) : "…";
}
