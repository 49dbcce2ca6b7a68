namespace ZProc.Core.Values;

/// <summary>Groups of kinds.</summary>
internal static class ValueKindExtensions
{
    /// <summary>Whether a value of this kind can be the key of a dictionary. A regular expression equals only itself, so a copy of one would not be found.</summary>
    public static bool IsKey(this ValueKind kind) => kind is >= ValueKind.Boolean and <= ValueKind.Enum and not ValueKind.Regex;

    public static bool IsNumber(this ValueKind kind) => kind is >= ValueKind.SByte and <= ValueKind.Decimal;

    public static bool IsInteger(this ValueKind kind) => kind is >= ValueKind.SByte and <= ValueKind.BigInteger;

    public static bool IsSequence(this ValueKind kind) => kind is >= ValueKind.Array and <= ValueKind.ArrayList;

    public static bool IsDictionary(this ValueKind kind) => kind is >= ValueKind.Hashtable and <= ValueKind.Dictionary;

    /// <summary>Whether entries are stored in the order of their keys' bytes, because the type has no order of its own.</summary>
    public static bool IsSorted(this ValueKind kind) => kind is ValueKind.Hashtable or ValueKind.Dictionary;

    /// <summary>Whether an element type has null among its values; <see cref="ValueKind.Object"/> aside, which takes every value.</summary>
    public static bool IsReferenceType(this ValueKind element) =>
        element is ValueKind.String or ValueKind.Version or ValueKind.Uri or ValueKind.IPAddress or ValueKind.Regex
            or ValueKind.Array or ValueKind.ArrayList or ValueKind.Hashtable or ValueKind.OrderedDictionary;

    /// <summary>The size of the payload in bytes where it is always the same; -1 where it is not.</summary>
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
