using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>
/// What an array or list is made of: <see cref="object"/>, one of the scalar types, PowerShell's everyday containers,
/// a loaded enumeration, or an array of these. Encoded as its kind; for enumerations the name follows, for arrays their own element type.
/// </summary>
internal abstract class ElementType
{
    /// <summary>How deep arrays of arrays keep their type.</summary>
    private const int MaxJagged = 8;

    private static readonly Dictionary<Type, ElementType> ByType = new ElementType[]
    {
        new BulkElementType<sbyte>(ValueKind.SByte), new BulkElementType<byte>(ValueKind.Byte),
        new BulkElementType<short>(ValueKind.Int16), new BulkElementType<ushort>(ValueKind.UInt16),
        new BulkElementType<int>(ValueKind.Int32), new BulkElementType<uint>(ValueKind.UInt32),
        new BulkElementType<long>(ValueKind.Int64), new BulkElementType<ulong>(ValueKind.UInt64),
        new BulkElementType<Int128>(ValueKind.Int128), new BulkElementType<UInt128>(ValueKind.UInt128),
        new BulkElementType<Half>(ValueKind.Half), new BulkElementType<float>(ValueKind.Single),
        new BulkElementType<double>(ValueKind.Double), new BulkElementType<char>(ValueKind.Char),
        new BulkElementType<TimeSpan>(ValueKind.TimeSpan), new BulkElementType<Guid>(ValueKind.Guid),
        new ItemElementType<bool>(ValueKind.Boolean), new ItemElementType<BigInteger>(ValueKind.BigInteger),
        new ItemElementType<decimal>(ValueKind.Decimal), new ItemElementType<string>(ValueKind.String),
        new ItemElementType<DateTime>(ValueKind.DateTime), new ItemElementType<DateTimeOffset>(ValueKind.DateTimeOffset),
        new ItemElementType<DateOnly>(ValueKind.DateOnly), new ItemElementType<TimeOnly>(ValueKind.TimeOnly),
        new ItemElementType<Version>(ValueKind.Version), new ItemElementType<Uri>(ValueKind.Uri),
        new ItemElementType<IPAddress>(ValueKind.IPAddress), new ItemElementType<Regex>(ValueKind.Regex),
        new ItemElementType<ArrayList>(ValueKind.ArrayList), new ItemElementType<Hashtable>(ValueKind.Hashtable),
        new ItemElementType<OrderedDictionary>(ValueKind.OrderedDictionary), new ItemElementType<object>(ValueKind.Object),
    }.ToDictionary(element => element.Type);

    private static readonly ElementType?[] ByKind = IndexByKind();

    // Enumerations may be collectible: the table must not keep them.
    private static readonly ConditionalWeakTable<Type, ElementType> Made = [];

    protected ElementType(Type type, ValueKind kind)
    {
        Type = type;
        Kind = kind;
    }

    /// <summary>The default: anything.</summary>
    public static ElementType Any { get; } = ByType[typeof(object)];

    public Type Type { get; }

    public ValueKind Kind { get; }

    /// <summary>The element type that keeps arrays and lists of a type as they are; null where there is none.</summary>
    public static ElementType? Of(Type type, int jagged = 0)
    {
        if (ByType.TryGetValue(type, out var fixedType))
        {
            return fixedType;
        }

        if (type.IsEnum)
        {
            return Make(type, ValueKind.Enum);
        }

        return type.IsSZArray && jagged < MaxJagged && Of(type.GetElementType()!, jagged + 1) is not null ? Make(type, ValueKind.Array) : null;
    }

    /// <summary>Reads an element type. <see cref="Any"/> stands for those of enumerations that are not loaded.</summary>
    public static ElementType Read(ref ByteCursor cursor) => ReadOrNull(ref cursor, 0) ?? Any;

    /// <summary>Moves past an element type.</summary>
    /// <returns>Its <see cref="ItemSize"/>.</returns>
    public static int Skip(ref ByteCursor cursor)
    {
        var kind = cursor.ReadKind();
        var jagged = 0;
        while (kind == ValueKind.Array && jagged < MaxJagged)
        {
            kind = cursor.ReadKind();
            jagged++;
        }

        if (kind == ValueKind.Enum)
        {
            cursor.ReadTextBytes(out _);
            return 0;
        }

        var size = OfKind(kind).ItemSize;
        return jagged == 0 ? size : 0;
    }

    /// <summary>The size of an item where items are stored without their kinds; 0 where each is a value of its own.</summary>
    public abstract int ItemSize { get; }

    /// <summary>The fewest bytes an item takes.</summary>
    public int LeastSize => Math.Max(1, ItemSize);

    public void Write(ByteBuffer buffer)
    {
        buffer.WriteKind(Kind);
        if (Kind == ValueKind.Enum)
        {
            buffer.WriteText(EnumTypes.NameOf(Type));
        }
        else if (Kind == ValueKind.Array)
        {
            Of(Type.GetElementType()!)!.Write(buffer);
        }
    }

    /// <summary>Writes the number of items and the items of an array of exactly this element type.</summary>
    public abstract void WriteArray(ValueEncoder encoder, Array array);

    /// <summary>Writes the number of items and the items of a list of exactly this element type.</summary>
    public abstract void WriteList(ValueEncoder encoder, IList list);

    public abstract Array ReadArray(ref ValueDecoder decoder, int count);

    public abstract IList ReadList(ref ValueDecoder decoder, int count);

    private static ElementType? ReadOrNull(ref ByteCursor cursor, int jagged)
    {
        var kind = cursor.ReadKind();
        switch (kind)
        {
            case ValueKind.Enum:
                return EnumTypes.Find(cursor.ReadText()) is { } type ? Make(type, kind) : null;
            case ValueKind.Array when jagged < MaxJagged:
                return ReadOrNull(ref cursor, jagged + 1) is { } inner ? Make(inner.Type.MakeArrayType(), kind) : null;
            default:
                return OfKind(kind);
        }
    }

    private static ElementType OfKind(ValueKind kind) =>
        ((int)kind < ByKind.Length ? ByKind[(int)kind] : null) ?? throw ValueFaults.Malformed($"{(int)kind} is no type of elements");

    private static ElementType Make(Type type, ValueKind kind) => Made.GetValue(
        type, t => (ElementType)Activator.CreateInstance(typeof(ItemElementType<>).MakeGenericType(t), kind)!);

    private static ElementType?[] IndexByKind()
    {
        var result = new ElementType?[(int)ValueKind.Object + 1];
        foreach (var element in ByType.Values)
        {
            result[(int)element.Kind] = element;
        }

        return result;
    }
}
