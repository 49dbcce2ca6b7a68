using System.Collections;
using CsCheck;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

public sealed class CanonicalTests
{
    [Fact]
    public void The_order_of_insertion_does_not_show() => Gen.Select(ValueGenerators.Key, ValueGenerators.Value, (key, value) => (key, value)).Array[0, 30]
        .Sample(
            entries =>
            {
                // The first of two equal entries is kept: the other order would keep the other one.
                var distinct = new Hashtable().Fill(entries);
                entries = [.. distinct.Keys.Cast<object>().Select(key => (key, distinct[key]))];
                var forth = ValueCodec.Encode(new Hashtable().Fill(entries));
                Array.Reverse(entries);
                var back = ValueCodec.Encode(new Hashtable(1_000).Fill(entries));
                var dictionary = entries.ToDictionary(e => $"{e.key.GetType()} {e.key} {Guid.NewGuid()}", e => e.value);
                return forth == back
                    && ValueCodec.Encode(dictionary) == ValueCodec.Encode(new Dictionary<string, object?>(dictionary!.Reverse()!));
            },
            iter: 500);

    [Fact]
    public void Entries_nested_in_entries_are_ordered_too()
    {
        Hashtable left = new() { ["x"] = new Hashtable { ["a"] = 1, ["b"] = new Hashtable { [1] = 1, [2] = 2 } }, ["y"] = 1 };
        Hashtable right = new() { ["y"] = 1, ["x"] = new Hashtable { ["b"] = new Hashtable { [2] = 2, [1] = 1 }, ["a"] = 1 } };
        Assert.Equal(ValueCodec.Encode(left), ValueCodec.Encode(right));
    }

    [Fact]
    public void Distinct_values_have_distinct_bytes()
    {
        object?[] values =
        [
            null, false, 0, 0L, 0u, (byte)0, 0d, -0d, 0f, 0m, 0.0m, "0", '0', "", Array.Empty<object>(), Array.Empty<int>(),
            new List<object>(), new List<int>(), new ArrayList(), new Hashtable(), new Hashtable(StringComparer.OrdinalIgnoreCase),
            new DateTime(0), new DateTime(0, DateTimeKind.Utc), new DateTime(0, DateTimeKind.Local), DayOfWeek.Sunday, TimeSpan.Zero,
        ];
        Assert.Equal(values.Length, values.Select(value => ValueCodec.Encode(value)).Distinct().Count());
    }

    [Fact]
    public void The_encoding_does_not_change()
    {
        // States may be kept on disk and read by a later version: these bytes are for ever.
        Assert.Equal("062A000000", Hex(42));
        Assert.Equal("12046869", Hex("hi"));
        Assert.Equal("120500D8", Hex("\ud800"));
        Assert.Equal("28060201000000FFFFFFFF", Hex(new[] { 1, -1 }));
        Assert.Equal("283F020601000000120278", Hex(new object[] { 1, "x" }));
        Assert.Equal("2B0102120261010112026200", Hex(new Hashtable(StringComparer.OrdinalIgnoreCase) { ["b"] = null, ["a"] = true }));

        static string Hex(object value) => Convert.ToHexString(ValueCodec.Encode(value).Bytes.Span);
    }
}
