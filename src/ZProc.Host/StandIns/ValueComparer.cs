namespace Microsoft.PowerShell.Commands;

/// <summary>PowerShell's order of values: by -lt where that applies, else by their text.</summary>
internal sealed class ValueComparer : IComparer<object?>, IEqualityComparer<object?>
{
    private readonly bool _ignoreCase;
    private readonly CultureInfo _culture;

    public ValueComparer(bool caseSensitive, CultureInfo? culture = null)
    {
        _ignoreCase = !caseSensitive;
        _culture = culture ?? CultureInfo.CurrentCulture;
    }

    public int Compare(object? x, object? y)
    {
        x = (x as PSObject)?.BaseObject ?? x;
        y = (y as PSObject)?.BaseObject ?? y;
        if (x is null || y is null)
            return x is null ? (y is null ? 0 : -1) : 1;
        if (x is string left && y is string right)
            return string.Compare(left, right, _culture, _ignoreCase ? CompareOptions.IgnoreCase : CompareOptions.None);
        if (LanguagePrimitives.TryCompare(x, y, _ignoreCase, _culture, out int order))
            return order;
        return string.Compare(Text(x), Text(y), _culture, _ignoreCase ? CompareOptions.IgnoreCase : CompareOptions.None);
    }

    public new bool Equals(object? x, object? y)
    {
        x = (x as PSObject)?.BaseObject ?? x;
        y = (y as PSObject)?.BaseObject ?? y;
        if (x is null || y is null)
            return x is null && y is null;
        return x is PSCustomObject || y is PSCustomObject ? Compare(x, y) == 0 : LanguagePrimitives.Equals(x, y, _ignoreCase, _culture);
    }

    public int GetHashCode(object? obj)
    {
        obj = (obj as PSObject)?.BaseObject ?? obj;
        return obj switch
        {
            null => 0,
            string text => _culture.CompareInfo.GetHashCode(text, _ignoreCase ? CompareOptions.IgnoreCase : CompareOptions.None),
            IConvertible => 1, // Numbers of different types are equal, and so is the text of one.
            _ => obj.GetHashCode(),
        };
    }

    private static string Text(object value) => PSObject.AsPSObject(value).ToString();
}
