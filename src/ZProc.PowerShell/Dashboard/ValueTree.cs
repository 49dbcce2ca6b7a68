using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.Dashboard;

/// <summary>Shows a whole value as indented text, up to a bound. Not thread-safe.</summary>
internal sealed class ValueTree
{
    /// <summary>The length from which the rest of a value is left out.</summary>
    public const int MaximumLength = 200_000;

    private const int MaximumDepth = 32;
    private readonly StringBuilder _text = new();

    private ValueTree()
    {
    }

    private bool IsFull => _text.Length >= MaximumLength;

    /// <summary>The text of a value.</summary>
    /// <exception cref="Core.FaultException">MalformedMessage: PowerShell refuses what the value holds.</exception>
    public static string Of(EncodedValue encoded)
    {
        var value = PowerShellValues.Decode(encoded);
        var tree = new ValueTree();
        try
        {
            tree.Add(value, 0, isQuoted: false);
        }
#pragma warning disable CA1031 // the value's own code runs here and may throw anything
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: that code failed. The text that there is tells the rest of the value.
            ZProcEventSource.Log.FaultCaught(nameof(ValueTree), expected);
        }

        return tree.IsFull ? tree._text.ToString(0, MaximumLength) + "…" : tree._text.ToString();
    }

    private void Add(object? value, int depth, bool isQuoted)
    {
        if (IsFull)
        {
            return;
        }

        switch (value)
        {
            case null:
                _text.Append("$null");
                break;
            case string text:
                _text.Append(isQuoted ? $"'{text}'" : text);
                break;
            case PSObject { BaseObject: not PSCustomObject } wrapped:
                Add(wrapped.BaseObject, depth, isQuoted);
                break;
            case not null when depth == MaximumDepth:
                _text.Append('…');
                break;
            case PSObject bag:
                AddAll('{', '}', bag.Properties.Select(property => (Name: (string?)property.Name, Value: (object?)property.Value)), depth);
                break;
            case IDictionary entries:
                AddAll('{', '}', Entries(entries), depth);
                break;
            case IEnumerable items:
                AddAll('[', ']', items.Cast<object?>().Select(item => (Name: (string?)null, Value: item)), depth);
                break;
            default:
                _text.Append(Text(value));
                break;
        }
    }

    private void AddAll(char begin, char end, IEnumerable<(string? Name, object? Value)> parts, int depth)
    {
        _text.Append(begin);
        var isEmpty = true;
        foreach (var (name, value) in parts)
        {
            if (IsFull)
            {
                break;
            }

            isEmpty = false;
            _text.Append('\n').Append(' ', 2 * (depth + 1));
            if (name is not null)
            {
                _text.Append(name).Append(": ");
            }

            Add(value, depth + 1, isQuoted: true);
        }

        if (!isEmpty)
        {
            _text.Append('\n').Append(' ', 2 * depth);
        }

        _text.Append(end);
    }

    // As plain enumerables, some dictionaries have entries of another type.
    private static IEnumerable<(string? Name, object? Value)> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            yield return (Text(entry.Key), entry.Value);
        }
    }

    private static string? Text(object? value) => Convert.ToString(value, CultureInfo.CurrentCulture);
}
