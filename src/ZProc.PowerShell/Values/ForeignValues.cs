using System.Collections;
using System.Management.Automation.Internal;
using System.Management.Automation;
using ZProc.Core.Values;
using ZProc.Core;

namespace ZProc.Values;

/// <summary>PowerShell's objects, and how they travel.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>A <c>PSObject</c> around a supported value is that value. What was added to it (the <c>PSPath</c> of a line that
/// <c>Get-Content</c> read) stays behind.</item>
/// <item>A <c>PSCustomObject</c> keeps its type names and properties in order; script properties arrive as what they gave.</item>
/// <item>A script block travels as text.</item>
/// <item>Other dictionaries arrive as a <c>Hashtable</c>, other collections as an <c>ArrayList</c>: to their full depth.</item>
/// <item>Everything else arrives as PowerShell's jobs deliver it: as a <c>Deserialized.*</c> object, what was added to it included.</item>
/// </list>
/// </remarks>
internal sealed class ForeignValues : IForeignValues
{
    /// <inheritdoc/>
    public object? ToKnown(object value)
    {
        switch (value)
        {
            case PSObject wrapped when wrapped == AutomationNull.Value:
                return null;
            case PSObject { BaseObject: PSCustomObject } custom:
                return ObjectXml.IsDeserialized(custom) ? ObjectXml.Write(custom) : CustomObjects.ToBag(custom);
            case PSObject wrapped:
                return wrapped.BaseObject;
            case ScriptBlock script:
                return new ScriptText(script.ToString());
        }

        var type = value.GetType();
        if (IsPowerShellClass(type))
        {
            throw new FaultException(
                Fault.ValueNotSupported,
                $"is an instance of the PowerShell class '{type.Name}', which lives in its own session only. Use a [pscustomobject] or a hashtable");
        }

        try
        {
            return value is IDictionary dictionary ? ToHashtable(dictionary)
                : LanguagePrimitives.GetEnumerable(value) is { } items ? ToList(items)
                : ObjectXml.Write(value);
        }
        catch (Exception e) when (e is not FaultException and not PipelineStoppedException)
        {
            throw new FaultException(Fault.ValueNotSupported, $"is a {type}, which cannot be read ({e.Message})", inner: e);
        }
    }

    /// <inheritdoc/>
    public object? FromKnown(object standIn)
    {
        try
        {
            return standIn switch
            {
                PropertyBag bag => CustomObjects.FromBag(bag),
                ScriptText script => ScriptBlock.Create(script.Text),
                CliXml xml => PSSerializer.Deserialize(xml.Text),
                _ => standIn,
            };
        }
        catch (Exception e) when (e is RuntimeException or System.Xml.XmlException or InvalidOperationException or ArgumentException)
        {
            throw new FaultException(Fault.MalformedMessage, $"A value holds a {standIn.GetType().Name} that PowerShell refuses: {e.Message}", inner: e);
        }
    }

    private static bool IsPowerShellClass(Type type) =>
        type.Assembly.IsDynamic && type.Assembly.GetName().Name?.StartsWith("PowerShell Class Assembly", StringComparison.Ordinal) == true;

    private static Hashtable ToHashtable(IDictionary dictionary)
    {
        var table = IgnoresCase(dictionary) ? new Hashtable(dictionary.Count, StringComparer.OrdinalIgnoreCase) : new Hashtable(dictionary.Count);
        foreach (DictionaryEntry entry in dictionary)
        {
            table[entry.Key] = entry.Value;
        }

        return table;
    }

    /// <summary>All of .NET's dictionaries have such a property, and no interface says so.</summary>
    private static bool IgnoresCase(IDictionary dictionary) => dictionary.GetType().GetProperty("Comparer")?.GetValue(dictionary) switch
    {
        IEqualityComparer<string> comparer => comparer.Equals("a", "A"),
        IComparer<string> comparer => comparer.Compare("a", "A") == 0,
        _ => false,
    };

    private static ArrayList ToList(IEnumerable items)
    {
        var list = new ArrayList();
        foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
