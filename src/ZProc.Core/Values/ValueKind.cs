namespace ZProc.Core.Values;

/// <summary>
/// The first byte of every encoded value, which tells the type of the payload. <c>docs/values.md</c> describes each payload. The numbers
/// are part of the encoding: never reuse one. The scalar kinds come first, and the kinds of numbers are adjacent.
/// </summary>
public enum ValueKind : byte
{
    /// <summary>null.</summary>
    Null = 0,

    /// <summary>A <see cref="bool"/>.</summary>
    Boolean = 1,

    /// <summary>An <see cref="sbyte"/>.</summary>
    SByte = 2,

    /// <summary>A <see cref="byte"/>.</summary>
    Byte = 3,

    /// <summary>A <see cref="short"/>.</summary>
    Int16 = 4,

    /// <summary>A <see cref="ushort"/>.</summary>
    UInt16 = 5,

    /// <summary>An <see cref="int"/>.</summary>
    Int32 = 6,

    /// <summary>A <see cref="uint"/>.</summary>
    UInt32 = 7,

    /// <summary>A <see cref="long"/>.</summary>
    Int64 = 8,

    /// <summary>A <see cref="ulong"/>.</summary>
    UInt64 = 9,

    /// <summary>A <see cref="System.Int128"/>.</summary>
    Int128 = 10,

    /// <summary>A <see cref="System.UInt128"/>.</summary>
    UInt128 = 11,

    /// <summary>A <see cref="System.Numerics.BigInteger"/>.</summary>
    BigInteger = 12,

    /// <summary>A <see cref="System.Half"/>.</summary>
    Half = 13,

    /// <summary>A <see cref="float"/>.</summary>
    Single = 14,

    /// <summary>A <see cref="double"/>.</summary>
    Double = 15,

    /// <summary>A <see cref="decimal"/>, scale included.</summary>
    Decimal = 16,

    /// <summary>A <see cref="char"/>.</summary>
    Char = 17,

    /// <summary>A <see cref="string"/>.</summary>
    String = 18,

    /// <summary>A <see cref="System.DateTime"/>, kind included.</summary>
    DateTime = 19,

    /// <summary>A <see cref="System.DateTimeOffset"/>.</summary>
    DateTimeOffset = 20,

    /// <summary>A <see cref="System.DateOnly"/>.</summary>
    DateOnly = 21,

    /// <summary>A <see cref="System.TimeOnly"/>.</summary>
    TimeOnly = 22,

    /// <summary>A <see cref="System.TimeSpan"/>.</summary>
    TimeSpan = 23,

    /// <summary>A <see cref="System.Guid"/>.</summary>
    Guid = 24,

    /// <summary>A <see cref="System.Version"/>.</summary>
    Version = 25,

    /// <summary>A <see cref="System.Uri"/>, absolute or relative.</summary>
    Uri = 26,

    /// <summary>A <see cref="System.Net.IPAddress"/>.</summary>
    IPAddress = 27,

    /// <summary>A <see cref="System.Text.RegularExpressions.Regex"/>: pattern, options and time limit.</summary>
    Regex = 28,

    /// <summary>A member of an enumeration; an <see cref="UnknownEnum"/> where its type is not loaded.</summary>
    Enum = 29,

    /// <summary>A one-dimensional array.</summary>
    Array = 40,

    /// <summary>A <see cref="List{T}"/>.</summary>
    List = 41,

    /// <summary>A <see cref="System.Collections.ArrayList"/>.</summary>
    ArrayList = 42,

    /// <summary>A <see cref="System.Collections.Hashtable"/>, entries ordered by the bytes of their keys.</summary>
    Hashtable = 43,

    /// <summary>A <see cref="System.Collections.Specialized.OrderedDictionary"/>.</summary>
    OrderedDictionary = 44,

    /// <summary>A <c>Dictionary&lt;string, object&gt;</c>, entries ordered by the bytes of their keys.</summary>
    Dictionary = 45,

    /// <summary>A <see cref="Values.PropertyBag"/>.</summary>
    PropertyBag = 50,

    /// <summary>A <see cref="Values.ScriptText"/>.</summary>
    ScriptText = 51,

    /// <summary>A <see cref="Values.CliXml"/>.</summary>
    CliXml = 52,

    /// <summary>Only in an element type: <see cref="object"/>. Never the kind of a value.</summary>
    Object = 63,
}
