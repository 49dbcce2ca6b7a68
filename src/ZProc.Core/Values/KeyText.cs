namespace ZProc.Core.Values;

/// <summary>A text for each key of a dictionary, so that keys can be looked up without making them.</summary>
internal static class KeyText
{
    /// <summary>The comparer for these texts.</summary>
    public static StringComparer Comparer(bool ignoresCase) => ignoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The same text for keys of the same type and value.</summary>
    public static string Exact(ReadOnlySpan<byte> key)
    {
        if ((ValueKind)key[0] != ValueKind.String)
        {
            return "#" + Convert.ToHexString(key);
        }

        var cursor = new ByteCursor(key[1..]);
        return "$" + cursor.ReadText();
    }

    /// <summary>The same text for keys of the same value, numbers whatever their type.</summary>
    public static string Loose(ReadOnlySpan<byte> key)
    {
        var kind = (ValueKind)key[0];
        return kind.IsNumber() ? Number.Read(kind, key[1..]).ToString() : Exact(key);
    }
}
