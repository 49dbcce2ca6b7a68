using System.Collections;
using System.Collections.Specialized;
using System.Numerics;
using CsCheck;

namespace ZProc.StatePeer;

/// <summary>The values of steps, at random: small ones, so that they meet, and those at the ends of their types.</summary>
internal static class StepValues
{
    public const string NumberKeys = "nmN";
    public const string ListKeys = "lk";
    public const string DictionaryKeys = "dc";
    public const string OtherKeys = "xy";

    private const int Ordered = 3;

    private static readonly object[] Extremes =
    [
        sbyte.MinValue, sbyte.MaxValue, byte.MaxValue, short.MinValue, short.MaxValue, ushort.MaxValue, int.MinValue, int.MaxValue, uint.MaxValue,
        long.MinValue, long.MaxValue, ulong.MaxValue, Int128.MinValue, Int128.MaxValue, UInt128.MaxValue, BigInteger.Pow(10, 40), Half.MaxValue,
        float.MaxValue, double.MaxValue, double.NaN, double.NegativeInfinity, -0.0, decimal.MaxValue, decimal.MinValue, 1.00m, 0.1, 0.1f, 0.1m,
    ];

    public static readonly Gen<object> Number = Gen.Frequency(
        (9, Gen.Select(Gen.Int[0, 3], Gen.Int[0, 14], Small)),
        (3, Gen.Int[-3, 3].Box()),
        (2, Choice(Extremes)));

    public static readonly Gen<object> Scalar = Gen.Frequency(
        (4, Number),
        (2, Choice<object>("", "a", "A", "é\0", true, false, 'a')),
        (1, Gen.Select(Gen.Long[0, 3], Gen.Int[0, 2], (ticks, kind) => (object)new DateTime(ticks, (DateTimeKind)kind))));

    private static readonly Gen<(object Key, object? Value)> Entry =
        Gen.Select(Choice<object>("a", "A", "b", "c", 1, 2L), Scalar, (key, value) => (key, (object?)value));

    private static readonly Gen<object> List = Gen.OneOf(
        Scalar.Array[0, 3].Box(), Gen.Int[0, 3].Array[0, 3].Box(), Gen.Int[0, 3].List[0, 3].Box(), Scalar.List[0, 3].Box(),
        Choice("a", "b").Array[0, 3].Box(), Scalar.Array[0, 3].Select(items => (object)new ArrayList(items)), Gen.Byte.Array[0, 5].Box());

    private static readonly Gen<object> Dictionary = Gen.Select(Entry.Array[0, 3], Gen.Int[0, 5], Fill);

    // An unordered collection may be put into an ordered one in any order, so it has at most one entry.
    public static readonly Gen<object> Entries =
        Gen.OneOf(Gen.Select(Entry.Array[0, 1], Gen.Int[0, 5], Fill), Entry.Array[0, 3].Select(entries => Fill(entries, Ordered)));

    public static readonly Gen<object?> Anything = Gen.Frequency(
        (4, Scalar.OrNull()), (2, List.OrNull()), (2, Dictionary.OrNull()), (1, Gen.Const((object?)null)),
        (1, Gen.Int[250, 320].Select(length => (object?)new byte[length])));

    /// <summary>Values of kinds that changes can often be applied to.</summary>
    public static Gen<object?> UsualFor(string key) => (key.Length == 0 ? ' ' : key[0]) switch
    {
        var first when NumberKeys.Contains(first, StringComparison.Ordinal) => Number.OrNull(),
        var first when ListKeys.Contains(first, StringComparison.Ordinal) => List.OrNull(),
        var first when DictionaryKeys.Contains(first, StringComparison.Ordinal) => Dictionary.OrNull(),
        _ => Anything,
    };

    public static Gen<T> Choice<T>(params T[] from) => Gen.Int[0, from.Length - 1].Select(i => from[i]);

    /// <summary>The same, where null would be possible.</summary>
    public static Gen<object?> OrNull(this Gen<object> values) => values.Select(value => (object?)value);

    private static Gen<object> Box<T>(this Gen<T> values) where T : notnull => values.Select(value => (object)value);

    private static object Small(int number, int type) => type switch
    {
        0 => (sbyte)number,
        1 => (byte)number,
        2 => (short)number,
        3 => (ushort)number,
        4 => number,
        5 => (uint)number,
        6 => (long)number,
        7 => (ulong)number,
        8 => (Int128)number,
        9 => (UInt128)number,
        10 => (BigInteger)number,
        11 => (Half)number,
        12 => (float)number,
        13 => (double)number,
        _ => (decimal)number,
    };

    private static object Fill((object Key, object? Value)[] entries, int type)
    {
        IDictionary dictionary = type switch
        {
            0 or 1 => new Hashtable(StringComparer.OrdinalIgnoreCase),
            2 => new Hashtable(),
            Ordered or 4 => new OrderedDictionary(StringComparer.OrdinalIgnoreCase),
            _ => new Dictionary<string, object?>(),
        };
        foreach (var (key, value) in entries)
        {
            if (key is string || dictionary is not Dictionary<string, object?>)
            {
                dictionary[key] = value;
            }
        }

        return dictionary;
    }
}
