using System.Collections;
using System.Collections.Specialized;
using System.Numerics;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

public sealed class ServerOperationTests
{
    public static TheoryData<object, object, object> Sums => new()
    {
        { 1, 2, 3 }, { 1L, 2L, 3L }, { 1, 2L, 3L }, { 2L, 1, 3L }, { (byte)1, (byte)2, (byte)3 }, { (byte)1, 2, 3 }, { (sbyte)1, (byte)2, (short)3 },
        { 1u, 2, 3L }, { 1u, 2L, 3L }, { 1UL, 2, 3UL }, { 5UL, -2, 3UL }, { 1UL, 2L, 3UL }, { (ushort)1, (short)2, 3 }, { (short)1, (byte)2, (short)3 },
        { (Int128)1, 2, (Int128)3 }, { (UInt128)1, -1L, (UInt128)0 }, { BigInteger.One, 2, new BigInteger(3) }, { 2UL, BigInteger.One, new BigInteger(3) },
        { 1, 0.5, 1.5 }, { 0.5f, 1, 1.5 }, { 1L, 0.5f, 1.5 }, { 0.5f, 0.5f, 1f }, { (Half)0.5, (Half)1, (Half)1.5 }, { (Half)0.5, 1f, 1.5f }, { 0.5f, 1d, 1.5 },
        { BigInteger.One, 0.5, 1.5 }, { 1.10m, 1, 2.10m }, { 1.00m, 1.50m, 2.50m }, { 1.00m, 1.00m, 2.00m }, { 2.00m, 1, 3.00m }, { 1, 1.10m, 2.10m }, { 1.10m, 0.5, 1.60m }, { 0.5m, BigInteger.One, 1.5m },
        { double.PositiveInfinity, 1, double.PositiveInfinity }, { double.MinValue, double.NegativeInfinity, double.NegativeInfinity }, { float.PositiveInfinity, 1f, float.PositiveInfinity },
        { double.PositiveInfinity, double.NegativeInfinity, double.NaN }, { double.NaN, 1, double.NaN }, { float.MaxValue, (double)float.MaxValue, 2d * float.MaxValue }, { 0.1, 0.2, 0.1 + 0.2 }, { long.MaxValue, 0, long.MaxValue },
    };

    public static TheoryData<object, object> Overflows => new()
    {
        { int.MaxValue, 1 }, { int.MinValue, -1 }, { long.MaxValue, 1 }, { byte.MaxValue, (byte)1 }, { 0UL, -1 }, { ulong.MaxValue, 1UL },
        { Int128.MaxValue, 1 }, { decimal.MaxValue, 1 }, { 1m, 1e300 }, { 1m, double.NaN }, { 1m, BigInteger.Pow(10, 40) },
        { double.MaxValue, double.MaxValue }, { double.MinValue, double.MinValue }, { float.MaxValue, float.MaxValue }, { Half.MaxValue, Half.MaxValue },
        { 0.5, BigInteger.Pow(10, 400) }, { Half.MinValue, Half.MinValue },
    };

    [Theory]
    [MemberData(nameof(Sums), DisableDiscoveryEnumeration = true)]
    public void A_sum_has_a_sensible_type(object left, object right, object sum) =>
        Assert.True(SameValue.Of(sum, Decode(NumberAddition.Add(Encode(left), Encode(right)))), $"{Decode(NumberAddition.Add(Encode(left), Encode(right)))}");

    [Theory]
    [MemberData(nameof(Overflows), DisableDiscoveryEnumeration = true)]
    public void A_sum_that_does_not_fit_is_an_error(object left, object right) => AssertInvalid(() => NumberAddition.Add(Encode(left), Encode(right)));

    [Fact]
    public void Only_numbers_are_added()
    {
        Assert.Contains("String", AssertInvalid(() => NumberAddition.Add(Encode("1"), Encode(1))), StringComparison.Ordinal);
        AssertInvalid(() => NumberAddition.Add(Encode(1), Encode(true)));
        AssertInvalid(() => NumberAddition.Add(Encode(1), Encode(null)));
        AssertInvalid(() => NumberAddition.Add(Encode('a'), Encode(1)));
        AssertInvalid(() => NumberAddition.Add(null, Encode("x")));
        Assert.Equal(5, Decode(NumberAddition.Add(null, Encode(5))));
        Assert.Equal(5, Decode(NumberAddition.Add(Encode(null), Encode(5))));
    }

    [Fact]
    public void Sums_of_integers_are_exact_whatever_the_order() => Gen.Select(ValueGenerators.Number, ValueGenerators.Number).Sample(
        (left, right) =>
        {
            var forth = Try(left, right);
            var back = Try(right, left);
            if (left is long x && right is long y && forth is not null)
            {
                Assert.Equal((Int128)x + y, (long)Decode(forth.Value)!);
            }

            return forth is null ? back is null : ValueComparer.LooselyEqual(forth.Value, back!.Value);
        },
        iter: 5_000);

    [Fact]
    public void Lists_keep_their_type_while_they_can()
    {
        AssertAppended(new object[] { 1 }, null, 1);
        AssertAppended(new object?[] { null }, null, null);
        AssertAppended(new object[] { 1 }, Encode(null), 1);
        AssertAppended(new object?[] { 1, "x", null }, Encode(new object[] { 1, "x" }), null);
        AssertAppended(new[] { 1, 2 }, Encode(new[] { 1 }), 2);
        AssertAppended(new object[] { 1, "x" }, Encode(new[] { 1 }), "x");
        AssertAppended(new object?[] { 1, null }, Encode(new[] { 1 }), null);
        AssertAppended(new object[] { 1, 2L }, Encode(new List<int> { 1 }.ToArray()), 2L);
        AssertAppended(new List<int> { 1, 2 }, Encode(new List<int> { 1 }), 2);
        AssertAppended(new List<object> { 1, "x" }, Encode(new List<int> { 1 }), "x");
        AssertAppended(new List<object> { 1, "x" }, Encode(new List<object> { 1 }), "x");
        AssertAppended(new ArrayList { 1, "x" }, Encode(new ArrayList { 1 }), "x");
        AssertAppended(new[] { "a", null }, Encode(new[] { "a" }), null);
        AssertAppended(new object[] { "a", 1 }, Encode(new[] { "a" }), 1);
        AssertAppended(new[] { DayOfWeek.Monday, DayOfWeek.Friday }, Encode(new[] { DayOfWeek.Monday }), DayOfWeek.Friday);
        AssertAppended(new object[] { DayOfWeek.Monday, ValueKind.Null }, Encode(new[] { DayOfWeek.Monday }), ValueKind.Null);
        AssertAppended(new[] { new[] { 1 }, [2] }, Encode(new[] { new[] { 1 } }), new[] { 2 });
        AssertAppended(new object[] { new[] { 1 }, new[] { "x" } }, Encode(new[] { new[] { 1 } }), new[] { "x" });
        AssertAppended(new object[] { new[] { 1, 2 } }, null, new[] { 1, 2 });
        AssertAppended(Enumerable.Range(0, 128).ToArray(), Encode(Enumerable.Range(0, 127).ToArray()), 127);
        AssertAppended(Enumerable.Range(0, 128).Cast<object>().ToArray(), Encode(Enumerable.Range(0, 127).Cast<object>().ToArray()), 127);
    }

    [Fact]
    public void Appending_to_a_value_equals_appending_to_its_list() => Gen.Select(ValueGenerators.Value.List[0, 5], ValueGenerators.Value).Sample(
        (list, item) => ListAppend.Append(Encode(list), Encode(item)) == Encode(new List<object?>([.. list, item])), iter: 2_000);

    [Fact]
    public void Only_lists_are_appended_to()
    {
        Assert.Contains("Hashtable", AssertInvalid(() => ListAppend.Append(Encode(new Hashtable()), Encode(1))), StringComparison.Ordinal);
        AssertInvalid(() => ListAppend.Append(Encode("x"), Encode(1)));
    }

    [Fact]
    public void Results_stay_within_the_limits()
    {
        var limits = new ValueLimits { MaxBytes = 100 };
        AssertFault(Fault.ValueTooLarge, () => ListAppend.Append(Encode(new byte[90]), Encode("0123456789"), limits));
        AssertFault(Fault.ValueTooLarge, () => DictionaryMerge.Merge(Encode(new Hashtable { ["a"] = new byte[60] }), Encode(new Hashtable { ["b"] = new byte[60] }), limits));
        AssertFault(Fault.ValueNotSupported, () => ListAppend.Append(null, Encode(Nested(ValueLimits.MaxDepth))));
    }

    [Fact]
    public void The_patterns_of_a_result_cost_no_more_than_those_of_a_value_may()
    {
        static Regex Costly(int number) => new($"{number}", RegexOptions.NonBacktracking);
        EncodedValue? list = null;
        var map = Encode(new Hashtable());
        for (var i = 0; i < 5; i++)
        {
            list = ListAppend.Append(list, Encode(Costly(i)));
            map = DictionaryMerge.Merge(map, Encode(new Hashtable { [i] = Costly(i) }));
        }

        Assert.Contains("regular expressions", AssertFault(Fault.ValueNotSupported, () => ListAppend.Append(list, Encode(Costly(5)))), StringComparison.Ordinal);
        AssertFault(Fault.ValueNotSupported, () => ListAppend.Append(list, Encode(new object[] { Costly(5) })));
        AssertFault(Fault.ValueNotSupported, () => ListAppend.Append(Encode(Enumerable.Range(0, 5).Select(Costly).ToArray()), Encode(Costly(5))));
        Assert.Contains("regular expressions", AssertFault(Fault.ValueNotSupported, () => DictionaryMerge.Merge(map, Encode(new Hashtable { [5] = Costly(5) }))), StringComparison.Ordinal);
        ValueCodec.Validate(ListAppend.Append(list, Encode("5")).Bytes.Span);
        ValueCodec.Validate(DictionaryMerge.Merge(map, Encode(new Hashtable { [4] = Costly(5) })).Bytes.Span);
    }

    [Fact]
    public void Every_result_can_be_read() => Gen.Select(Limited, Limited, Gen.Bool).Sample(
        (now, added, merges) =>
        {
            try
            {
                var result = merges
                    ? DictionaryMerge.Merge(Encode(new Hashtable { ["a"] = now, ["b"] = 1 }), Encode(new Hashtable { ["b"] = added }))
                    : ListAppend.Append(Encode(new List<object?> { now }), Encode(added));
                Decode(result);
                return true;
            }
            catch (FaultException refused) when (refused.Fault is Fault.ValueNotSupported or Fault.ValueTooLarge)
            {
                return true; // the limits
            }
        },
        iter: 1_000);

    [Fact]
    public void Merged_dictionaries_keep_their_type_and_the_spelling_of_their_keys()
    {
        AssertMerged(new Hashtable { ["a"] = 1 }, null, new Hashtable { ["a"] = 1 });
        AssertMerged(new Hashtable { ["a"] = 1 }, Encode(null), new Hashtable { ["a"] = 1 });
        AssertMerged(
            Insensitive(("A", 3), ("b", 2), ("c", 4)), Encode(Insensitive(("A", 1), ("b", 2))), Ordered(("c", 4), ("a", 3)));
        AssertMerged(
            new Hashtable { ["A"] = 1, ["a"] = 3 }, Encode(new Hashtable { ["A"] = 1 }), Insensitive(("a", 3)));
        AssertMerged(
            Ordered(("z", 1), ("a", 9), ("n", null)), Encode(Ordered(("z", 1), ("a", 2))), Insensitive(("n", null), ("A", 9)));
        AssertMerged(
            new Hashtable { [1] = "x", [1L] = "y", ["1"] = "z" }, Encode(new Hashtable { [1] = "x" }), new Hashtable { [1L] = "y", ["1"] = "z" });
        AssertMerged(
            new PropertyBag(["T"], [new("A", 2), new("B", 3)]), Encode(new PropertyBag(["T"], [new("A", 1)])), Ordered(("a", 2), ("B", 3)));
        AssertMerged(
            Insensitive(("a", 1), ("B", 3)), Encode(Insensitive(("a", 1))), new PropertyBag(["T"], [new("B", 3)]));
        AssertMerged(
            new Dictionary<string, object?> { ["a"] = 1, ["A"] = 2 }, Encode(new Dictionary<string, object?> { ["a"] = 1 }), Insensitive(("A", 2)));
    }

    [Fact]
    public void Merging_equals_setting_each_key() => Gen.Select(Entries, Entries).Sample(
        (left, right) =>
        {
            var merged = new Hashtable().Fill(left);
            var added = new Hashtable().Fill(right);
            var result = DictionaryMerge.Merge(Encode(merged), Encode(added));
            foreach (DictionaryEntry entry in added)
            {
                merged[entry.Key] = entry.Value;
            }

            return result == Encode(merged);
        },
        iter: 1_000);

    [Fact]
    public void Only_dictionaries_are_merged()
    {
        AssertInvalid(() => DictionaryMerge.Merge(Encode(1), Encode(new Hashtable())));
        AssertInvalid(() => DictionaryMerge.Merge(Encode(new Hashtable()), Encode(new object[] { 1 })));
        AssertInvalid(() => DictionaryMerge.Merge(null, Encode("x")));
        AssertInvalid(() => DictionaryMerge.Merge(Encode(new PropertyBag([], [])), Encode(new Hashtable { [1] = 1 })));
    }

    /// <summary>Values that come near to what a value may have: in the depth, and in the cost of its patterns.</summary>
    private static Gen<object?> Limited => Gen.OneOf(
        ValueGenerators.Value,
        Gen.Int[0, 6].Select(static count => (object?)Enumerable.Range(0, count).Select(static i => new Regex($"{i}", RegexOptions.NonBacktracking)).ToArray()),
        Gen.Int[0, ValueLimits.MaxDepth].Select(static levels => (object?)Nested(levels)));

    private static Gen<(object, object?)[]> Entries =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 9].Box(), Gen.Long[0, 9].Box(), Gen.String[Gen.Char['a', 'e'], 0, 2].Box(), Gen.String[Gen.Char['A', 'E'], 0, 2].Box()), ValueGenerators.Value, (key, value) => (key, value)).Array[0, 8];

    private static object Nested(int levels)
    {
        object value = 1;
        for (var i = 0; i < levels; i++)
        {
            value = new[] { value };
        }

        return value;
    }

    private static EncodedValue Encode(object? value) => ValueCodec.Encode(value);

    private static object? Decode(EncodedValue value) => ValueCodec.Decode(value);

    private static EncodedValue? Try(object left, object right)
    {
        try
        {
            return NumberAddition.Add(Encode(left), Encode(right));
        }
        catch (FaultException e) when (e.Fault == Fault.InvalidArgument)
        {
            return null;
        }
    }

    private static void AssertAppended(object expected, EncodedValue? list, object? item) => Assert.Equal(Encode(expected), ListAppend.Append(list, Encode(item)));

    private static void AssertMerged(object expected, EncodedValue? dictionary, object entries) =>
        Assert.Equal(Encode(expected), DictionaryMerge.Merge(dictionary, Encode(entries)));

    private static string AssertInvalid(Func<object?> action) => AssertFault(Fault.InvalidArgument, action);

    private static string AssertFault(Fault fault, Func<object?> action)
    {
        var error = Assert.Throws<FaultException>(() => action());
        Assert.Equal(fault, error.Fault);
        return error.Message;
    }

    private static Hashtable Insensitive(params (object Key, object? Value)[] entries) => new Hashtable(StringComparer.OrdinalIgnoreCase).Fill(entries);

    private static OrderedDictionary Ordered(params (object Key, object? Value)[] entries) => new OrderedDictionary(StringComparer.OrdinalIgnoreCase).Fill(entries);
}
