using System.Collections;
using System.Collections.Specialized;
using System.Numerics;
using CsCheck;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

public sealed class ValueComparerTests
{
    public static TheoryData<object?, object?> EqualPairs => new()
    {
        { null, null },
        { 5, 5L }, { 5, 5.0 }, { 5L, 5m }, { 5.00m, 5f }, { (byte)5, new BigInteger(5) }, { (Half)5, (UInt128)5 }, { 5.0m, 5.00m },
        { DayOfWeek.Monday, 1 }, { 1.0, DayOfWeek.Monday }, { DayOfWeek.Monday, "monday" }, { FileShare.Read | FileShare.Delete, "Read, Delete" },
        { new UnknownEnum("Some.Level, Some", 5, "High"), 5L }, { new UnknownEnum("Some.Level, Some", 5, "High"), "HIGH" },
        { new UnknownEnum("Some.Level, Some", 5, "High"), new UnknownEnum("Some.Level, Some", 5) }, { new object[] { DayOfWeek.Monday }, new[] { 1 } },
        { 0.5, 0.5m }, { 0.1, 0.1m }, { -0d, 0 }, { double.NaN, float.NaN }, { double.PositiveInfinity, float.PositiveInfinity },
        { 9007199254740993m, 9007199254740993L }, { 1e300, new BigInteger(1e300) },
        { new object[] { 1, 2 }, new[] { 1L, 2L } }, { new[] { 1, 2 }, new List<double> { 1, 2 } }, { new ArrayList { "a" }, new[] { "a" } },
        { Array.Empty<int>(), new List<string>() }, { new[] { new[] { 1 } }, new object[] { new ArrayList { 1m } } },
        { Table(("a", 1)), Ordered(("A", 1L)) }, { Table(("a", 1), ("b", new[] { 2 })), Ordered(("B", new List<object> { 2.0 }), ("A", 1)) },
        { Table((1, "x")), Ordered((1L, "x")) }, { new Dictionary<string, object?> { ["a"] = 1 }, new Hashtable { ["a"] = 1.0 } },
        { new PropertyBag([], [new("A", 1), new("B", 2)]), new PropertyBag([], [new("b", 2L), new("a", 1m)]) },
    };

    public static TheoryData<object?, object?> UnequalPairs => new()
    {
        { null, 0 }, { null, "" }, { null, false }, { 1, true }, { 1, "1" }, { 'a', "a" }, { 97, 'a' }, { "a", "A" }, { "é", "e\u0301" },
        { long.MaxValue, (double)long.MaxValue }, { 9007199254740993L, 9007199254740992d }, { ulong.MaxValue, -1L },
        { 0.1f, 0.1 }, { 1.5, 1 }, { 1.5m, 1.25 }, { decimal.MaxValue, double.MaxValue }, { double.NaN, 0 }, { double.PositiveInfinity, double.NegativeInfinity },
        { DayOfWeek.Monday, 2 }, { DayOfWeek.Monday, "Tuesday" }, { DayOfWeek.Monday, "1" }, { (DayOfWeek)99, "" }, { DayOfWeek.Monday, ValueKind.Boolean }, { new[] { 1 }, 1 }, { new[] { 1, 2 }, new[] { 2, 1 } }, { new[] { 1 }, new[] { 1, 1 } },
        { Table(("a", 1)), Table(("a", 2)) }, { Table(("a", 1)), Table(("b", 1)) }, { Table(("a", null)), Table() }, { Table(("1", 1)), Table((1, 1)) },
        { new Hashtable { ["a"] = 1 }, Table(("A", 1)) }, { new Hashtable { ["a"] = 1, ["A"] = 1 }, Table(("a", 1), ("b", 1)) },
        { new PropertyBag([], [new("a", 1)]), Table(("a", 1)) }, { new PropertyBag(["X"], []), new PropertyBag([], []) },
        { new DateTime(5, DateTimeKind.Utc), new DateTime(5, DateTimeKind.Local) },
    };

    [Theory]
    [MemberData(nameof(EqualPairs), DisableDiscoveryEnumeration = true)]
    public void Equal_by_value(object? left, object? right) => AssertBothWays(true, left, right);

    [Theory]
    [MemberData(nameof(UnequalPairs), DisableDiscoveryEnumeration = true)]
    public void Not_equal(object? left, object? right) => AssertBothWays(false, left, right);

    [Fact]
    public void Every_value_equals_itself_decoded_and_encoded_again() => ValueGenerators.Value.Sample(
        value => ValueComparer.LooselyEqual(ValueCodec.Encode(value), ValueCodec.Encode(new object?[] { value })) == false
            && ValueComparer.LooselyEqual(ValueCodec.Encode(new List<object?> { value }), ValueCodec.Encode(new ArrayList { value })),
        iter: 2_000);

    [Fact]
    public void Equality_is_symmetric() => Gen.Select(ValueGenerators.Value, ValueGenerators.Value).Sample(
        (left, right) => Equal(left, right) == Equal(right, left), iter: 5_000);

    [Fact]
    public void Integers_are_equal_as_integers_are() => Gen.Select(Gen.Long, Gen.Long).Sample(
        (left, right) => Equal(left, (BigInteger)right) == (left == right) && Equal(left, (decimal)left) && Equal((Int128)left, left),
        iter: 5_000);

    [Fact]
    public void A_double_equals_an_integer_only_exactly() => Gen.Select(ValueGenerators.AnyDouble, Gen.Long).Sample(
        (left, right) => !double.IsFinite(left) || Equal(left, right) == (Math.Truncate(left) == left && new BigInteger(left) == right),
        iter: 5_000);

    private static void AssertBothWays(bool expected, object? left, object? right)
    {
        Assert.Equal(expected, Equal(left, right));
        Assert.Equal(expected, Equal(right, left));
        Assert.Equal(expected, Equal(new object?[] { 1, left }, new List<object?> { 1, right }));
        Assert.Equal(expected, Equal(Table(("x", left)), Ordered(("X", right))));
    }

    private static bool Equal(object? left, object? right) => ValueComparer.LooselyEqual(ValueCodec.Encode(left), ValueCodec.Encode(right));

    private static Hashtable Table(params (object Key, object? Value)[] entries) => new Hashtable(StringComparer.OrdinalIgnoreCase).Fill(entries);

    private static OrderedDictionary Ordered(params (object Key, object? Value)[] entries) => new OrderedDictionary(StringComparer.OrdinalIgnoreCase).Fill(entries);
}
