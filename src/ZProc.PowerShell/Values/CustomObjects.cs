using System.Management.Automation;
using ZProc.Core.Values;

namespace ZProc.Values;

/// <summary>Between <c>PSCustomObject</c> and <see cref="PropertyBag"/>.</summary>
internal static class CustomObjects
{
    private static readonly string[] PlainTypeNames = ["System.Management.Automation.PSCustomObject", "System.Object"];

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

    /// <summary>A script property that fails shows as null in PowerShell, and travels so.</summary>
    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
