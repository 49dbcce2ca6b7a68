using System.Collections;
using System.Collections.Specialized;
using System.Net;
using System.Numerics;
using System.Text.RegularExpressions;
using CsCheck;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>Every kind of value, at random.</summary>
internal static class ValueGenerators
{
    /// <summary>Any UTF-16, lone surrogates included.</summary>
    public static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 10],
        Gen.String[Gen.Char, 0, 60],
        Gen.Char['\ud7f0', '\ue010'].Array[0, 6].Select(chars => new string(chars)));

    public static readonly Gen<BigInteger> AnyBigInteger = Gen.Byte.Array[0, 30].Select(bytes => new BigInteger(bytes));

    public static readonly Gen<decimal> AnyDecimal =
        Gen.Select(Gen.Int, Gen.Int, Gen.Int, Gen.Bool, Gen.Byte[0, 28], (low, mid, high, negative, scale) => new decimal(low, mid, high, negative, scale));

    public static readonly Gen<double> AnyDouble = Gen.OneOf(
        Gen.ULong.Select(BitConverter.UInt64BitsToDouble), Gen.Int.Select(i => (double)i), Gen.Double[-10, 10]);

    public static readonly Gen<DateTime> AnyDateTime =
        Gen.Select(Gen.Long[0, DateTime.MaxValue.Ticks], Gen.Int[0, 2], (ticks, kind) => new DateTime(ticks, (DateTimeKind)kind));

    private static readonly Gen<object> Integer = Gen.OneOf(
        Gen.SByte.Box(), Gen.Byte.Box(), Gen.Short.Box(), Gen.UShort.Box(), Gen.Int.Box(), Gen.UInt.Box(), Gen.Long.Box(), Gen.ULong.Box(),
        AnyBigInteger.Box(),
        Gen.Select(Gen.ULong, Gen.ULong, (upper, lower) => (object)new Int128(upper, lower)),
        Gen.Select(Gen.ULong, Gen.ULong, (upper, lower) => (object)new UInt128(upper, lower)));

    public static readonly Gen<object> Number = Gen.OneOf(
        Integer,
        Gen.Int[-3, 3].Box(), Gen.Long[-3, 3].Box(), Gen.Int[-3, 3].Select(i => (object)(double)i), Gen.Int[-3, 3].Select(i => (object)(decimal)i),
        AnyDouble.Box(), AnyDecimal.Box(),
        Gen.UInt.Select(bits => (object)BitConverter.UInt32BitsToSingle(bits)), Gen.UShort.Select(bits => (object)BitConverter.UInt16BitsToHalf(bits)));

    /// <summary>Values that can be keys.</summary>
    public static readonly Gen<object> Key = Gen.OneOf(
        Number,
        Gen.Bool.Box(), Gen.Char.Box(), AnyText.Box(), AnyDateTime.Box(),
        Gen.Select(Gen.Long[0, TimeSpan.TicksPerDay * 3_000_000], Gen.Int[-14 * 60, 14 * 60], (ticks, offset) =>
            (object)new DateTimeOffset(ticks + TimeSpan.TicksPerDay, TimeSpan.FromMinutes(offset))),
        Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(day => (object)DateOnly.FromDayNumber(day)),
        Gen.Long[0, TimeSpan.TicksPerDay - 1].Select(ticks => (object)new TimeOnly(ticks)),
        Gen.Long.Select(ticks => (object)new TimeSpan(ticks)),
        Gen.Guid.Box(),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, 9], Gen.Int[0, 9], (a, b, c) => (object)new Version(a, b, c)),
        Gen.String[Gen.Char.AlphaNumeric, 1, 9].Select(name => (object)new Uri($"https://{name}.example/{name}?q={name}#x")),
        Gen.String[Gen.Char.AlphaNumeric, 1, 9].Select(name => (object)new Uri($"../{name}/", UriKind.Relative)),
        Gen.Byte.Array[4].Select(bytes => (object)new IPAddress(bytes)),
        Gen.Select(Gen.Byte.Array[16], Gen.UInt, (bytes, scope) => (object)new IPAddress(bytes, scope)),
        Gen.Enum<DayOfWeek>().Box(), Gen.Enum<ValueKind>().Box());

    public static readonly Gen<object> Scalar = Gen.Frequency(
        (20, Key),
        (1, Gen.String[Gen.Char.AlphaNumeric, 0, 9].Select(text => (object)new Regex($"^{text}+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))));

    private static readonly Gen<object> TypedList = Gen.OneOf<object>(
        Gen.Int.Array[0, 9].Box(), AnyDouble.Array[0, 9].Box(), AnyText.Array[0, 9].Box(), Gen.Byte.Array[0, 40].Box(), Gen.Bool.Array[0, 9].Box(),
        AnyDecimal.Array[0, 5].Box(), AnyDateTime.Array[0, 5].Box(), Gen.Guid.Array[0, 5].Box(), Gen.Enum<DayOfWeek>().Array[0, 5].Box(),
        Gen.Int.List[0, 9].Box(), AnyText.List[0, 9].Box(), AnyBigInteger.List[0, 4].Box(), Gen.Int.Array[0, 4].Array[0, 4].Box());

    /// <summary>Anything, nested.</summary>
    public static readonly Gen<object?> Value = Gen.Recursive<object?>((depth, inner) =>
        depth >= 5 ? Leaf : Gen.Frequency((3, Leaf), (2, Container(inner))));

    private static Gen<object?> Leaf => Gen.OneOf<object?>(Scalar.Select(value => (object?)value), TypedList.Select(value => (object?)value), Gen.Const((object?)null));

    public static Gen<object> Box<T>(this Gen<T> gen) where T : notnull => gen.Select(value => (object)value);

    public static T Fill<T>(this T dictionary, IEnumerable<(object Key, object? Value)> entries) where T : IDictionary
    {
        foreach (var (key, value) in entries)
        {
            if (!dictionary.Contains(key))
            {
                dictionary.Add(key, value);
            }
        }

        return dictionary;
    }

    private static Gen<object?> Container(Gen<object?> inner)
    {
        var items = inner.Array[0, 4];
        var entries = Gen.Select(Gen.OneOf(AnyText.Box(), Key), inner, (key, value) => (key, value)).Array[0, 4];
        var texts = Gen.Select(AnyText, inner, (key, value) => (key, value)).Array[0, 4];
        return Gen.OneOf(
            items.Select(i => (object?)i),
            items.Select(i => (object?)i.ToList()),
            items.Select(i => (object?)new ArrayList(i)),
            entries.Select(e => (object?)new Hashtable(StringComparer.OrdinalIgnoreCase).Fill(e)),
            entries.Select(e => (object?)new Hashtable().Fill(e)),
            entries.Select(e => (object?)new OrderedDictionary(StringComparer.OrdinalIgnoreCase).Fill(e)),
            texts.Select(e => (object?)new Dictionary<string, object?>().Fill(e.Select(x => ((object)x.key, x.value)))),
            texts.Select(e => (object?)new PropertyBag(["Some.Type"], [.. e.Where(x => x.key.Length > 0).DistinctBy(x => x.key, StringComparer.OrdinalIgnoreCase).Select(x => new KeyValuePair<string, object?>(x.key, x.value))])));
    }
}
