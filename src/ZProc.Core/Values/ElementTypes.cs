using System.Collections;
using System.Collections.Specialized;
using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>
/// All element types: <see cref="object"/>, the scalar types, PowerShell's everyday containers, loaded enumerations,
/// and arrays of these.
/// </summary>
internal static class ElementTypes
{
    /// <summary>How many levels of arrays in arrays keep their type.</summary>
    public const int MaxNestedArrays = 8;

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

    // An enumeration may be collectible: a weak table does not keep it loaded.
    private static readonly ConditionalWeakTable<Type, ElementType> Made = [];

    /// <summary>The default: <see cref="object"/>.</summary>
    public static ElementType Any { get; } = ByType[typeof(object)];

    /// <summary>The element type that keeps the type of arrays and lists of a type; null where there is none.</summary>
    /// <param name="type">The declared type of the items.</param>
    /// <param name="nestedArrays">How many arrays are around it.</param>
    public static ElementType? Of(Type type, int nestedArrays = 0)
    {
        if (ByType.TryGetValue(type, out var fixedType))
        {
            return fixedType;
        }

        if (type.IsEnum)
        {
            return OfEnum(type);
        }

        return type.IsSZArray && nestedArrays < MaxNestedArrays && Of(type.GetElementType()!, nestedArrays + 1) is not null
            ? Make(type, ValueKind.Array)
            : null;
    }

    /// <summary>The element type of one kind.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the kind is no fixed element type.</exception>
    public static ElementType OfKind(ValueKind kind) =>
        ((int)kind < ByKind.Length ? ByKind[(int)kind] : null) ?? throw ValueFaults.Malformed($"{(int)kind} is no type of elements");

    /// <summary>The element type of an enumeration.</summary>
    public static ElementType OfEnum(Type type) => Make(type, ValueKind.Enum);

    /// <summary>The element type of arrays of an element type.</summary>
    public static ElementType OfArraysOf(ElementType inner) => Make(inner.Type.MakeArrayType(), ValueKind.Array);

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
