namespace ZProc.Core.Values;

/// <summary>Groups of kinds.</summary>
internal static class ValueKindExtensions
{
    /// <summary>Whether it can be the key of a dictionary. A regular expression equals only itself, so its copy would not be found.</summary>
    public static bool IsKey(this ValueKind kind) => kind is >= ValueKind.Boolean and <= ValueKind.Enum and not ValueKind.Regex;

    public static bool IsNumber(this ValueKind kind) => kind is >= ValueKind.SByte and <= ValueKind.Decimal;

    public static bool IsInteger(this ValueKind kind) => kind is >= ValueKind.SByte and <= ValueKind.BigInteger;

    public static bool IsSequence(this ValueKind kind) => kind is >= ValueKind.Array and <= ValueKind.ArrayList;

    public static bool IsDictionary(this ValueKind kind) => kind is >= ValueKind.Hashtable and <= ValueKind.Dictionary;

    /// <summary>Whether entries are stored in the order of their keys' bytes, since the type has no order of its own.</summary>
    public static bool IsSorted(this ValueKind kind) => kind is ValueKind.Hashtable or ValueKind.Dictionary;

    /// <summary>The size of the payload where it is always the same; -1 where it is not.</summary>
    public static int FixedSize(this ValueKind kind) => kind switch
    {
        ValueKind.Null => 0,
        ValueKind.Boolean or ValueKind.SByte or ValueKind.Byte => 1,
        ValueKind.Int16 or ValueKind.UInt16 or ValueKind.Half or ValueKind.Char => 2,
        ValueKind.Int32 or ValueKind.UInt32 or ValueKind.Single or ValueKind.DateOnly => 4,
        ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Double or ValueKind.TimeOnly or ValueKind.TimeSpan => 8,
        ValueKind.DateTime or ValueKind.DateTimeOffset => 10,
        ValueKind.Int128 or ValueKind.UInt128 or ValueKind.Decimal or ValueKind.Guid or ValueKind.Version => 16,
        _ => -1,
    };
}
