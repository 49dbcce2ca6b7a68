using System.Management.Automation;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;

namespace ZProc.Values;

/// <summary>Converts <c>PSCustomObject</c> to <see cref="PropertyBag"/>, and back.</summary>
internal static class CustomObjects
{
    private static readonly string[] PlainTypeNames = ["System.Management.Automation.PSCustomObject", "System.Object"];

    /// <summary>Makes a bag with the object's type names and properties, in order.</summary>
    public static PropertyBag ToBag(PSObject custom)
    {
        var properties = new List<KeyValuePair<string, object?>>();
        foreach (var property in custom.Properties)
        {
            if (property.IsGettable)
            {
                properties.Add(new(property.Name, ValueOf(property)));
            }
        }

        string[] typeNames = [.. custom.TypeNames];
        return new PropertyBag(typeNames.AsSpan().SequenceEqual(PlainTypeNames) ? [] : typeNames, properties, source: custom);
    }

    /// <summary>Makes an object with the bag's type names and properties, in order.</summary>
    public static PSObject FromBag(PropertyBag bag)
    {
        var custom = new PSObject();
        foreach (var (name, value) in bag.Properties)
        {
            custom.Properties.Add(new PSNoteProperty(name, value));
        }

        if (bag.TypeNames.Count > 0)
        {
            custom.TypeNames.Clear();
            foreach (var name in bag.TypeNames)
            {
                custom.TypeNames.Add(name);
            }
        }

        return custom;
    }

    /// <summary>The value of a property; null for a script property that fails, as PowerShell shows it.</summary>
    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException expected)
        {
            // Expected: the script of the property failed.
            ZProcEventSource.Log.FaultCaught(nameof(CustomObjects), expected);
            return null;
        }
    }
}
