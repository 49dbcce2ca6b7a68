namespace ZProc.Core.Values;

/// <summary>Makes a text of each encoded key, by which keys are looked up without decoding them.</summary>
internal static class KeyText
{
    /// <summary>The comparer for these texts.</summary>
    public static StringComparer Comparer(bool ignoresCase) => ignoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The same text for keys of the same value, and for equal numbers of any type.</summary>
    public static string Loose(ReadOnlySpan<byte> key)
    {
        var kind = (ValueKind)key[0];
        return kind.IsNumber() ? Number.Read(kind, key[1..]).ToKey() : Exact(key);
    }

    private static string Exact(ReadOnlySpan<byte> key)
    {
        if ((ValueKind)key[0] != ValueKind.String)
        {
            return "#" + Convert.ToHexString(key);
        }

        var cursor = new ByteCursor(key[1..]);
        return "$" + TextCodec.Read(ref cursor);
    }
}
