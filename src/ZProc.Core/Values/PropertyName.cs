namespace ZProc.Core.Values;

/// <summary>Tells names that a property can have in PowerShell from those that it refuses.</summary>
internal static class PropertyName
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "psobject", "psbase", "psadapted", "psextended", "pstypenames" };

    /// <summary>Whether a property can have a name.</summary>
    public static bool IsValid(string name) => name.Length > 0 && !Reserved.Contains(name);

    /// <summary>Whether a property can have the name that an encoded key is.</summary>
    /// <param name="key">The key. It is well-formed.</param>
    public static bool IsValid(ReadOnlySpan<byte> key)
    {
        // All reserved names have the same beginning.
        var cursor = new ByteCursor(key);
        return cursor.ReadKind() == ValueKind.String && cursor.ReadCount() > 0
            && ((cursor.ReadByte() | 0x20) != 'p' || IsValid((string)ValueDecoder.ReadKey(key)));
    }
}
