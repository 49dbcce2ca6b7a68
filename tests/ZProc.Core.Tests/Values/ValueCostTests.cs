using System.Collections;
using System.Collections.Specialized;
using System.Net;
using System.Numerics;
using System.Text.RegularExpressions;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>A value costs its server and its reader no more than a multiple of its size. Work is counted, and no time is measured.</summary>
public sealed class ValueCostTests
{
    public static TheoryData<string> Kinds => [.. Colliding.Keys];

    /// <summary>Keys that have one hash code in .NET, all of them, as far as their type allows.</summary>
    private static Dictionary<string, Func<int, object>> Colliding { get; } = new()
    {
        ["Int64"] = i => ((long)i << 32) | (uint)i,
        ["UInt64"] = i => ((ulong)(uint)i << 32) | (uint)i,
        ["Int128"] = i => new Int128(((ulong)(uint)i << 32) | (uint)i, 0),
        ["UInt128"] = i => new UInt128(0, ((ulong)(uint)i << 32) | (uint)i),
        ["Double"] = i => BitConverter.Int64BitsToDouble(((long)(i + 1) << 32) | (uint)(i + 1)),
        ["Decimal"] = i => new decimal(i + 1, i + 1, 0, false, 0),
        ["TimeSpan"] = i => new TimeSpan(((long)i << 32) | (uint)i),
        ["DateTime"] = i => new DateTime(((long)i << 32) | (uint)i),
        ["Guid"] = i => new Guid(i, (short)i, (short)(i >> 16), new byte[8]),
        ["Version"] = i => new Version(0, 0, (i >> 8) << 8, (i & 0xFF) << 12),
        ["IPAddress"] = i => new IPAddress(new byte[16], i),
        ["Enum"] = i => (LongEnum)(((long)i << 32) | (uint)i),
        ["UnknownEnum"] = i => new UnknownEnum("Some.Enum, Some", ((long)i << 32) | (uint)i),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Keys_with_equal_hash_codes_get_different_ones(string kind)
    {
        const int Count = 5_000;
        var keys = Enumerable.Range(0, Count).Select(Colliding[kind]).ToArray();
        var entries = keys.Select(key => (key, (object?)null));
        var written = new Hashtable(KeyComparer.For(false)).Fill(entries);
        Assert.Equal(Count, written.Count);
        var table = (Hashtable)ValueCodec.Decode(ValueCodec.Encode(written))!;
        var ordered = (OrderedDictionary)ValueCodec.Decode(ValueCodec.Encode(new OrderedDictionary(KeyComparer.For(false)).Fill(entries)))!;
        foreach (var comparer in new[] { DictionaryComparers.Of(table), DictionaryComparers.Of(ordered) })
        {
            var mixing = Assert.IsType<KeyComparer>(comparer);
            Assert.InRange(keys.Select(mixing.GetHashCode).Distinct().Count(), Count - 5, Count);
        }

        Assert.All(keys, key => Assert.True(table.ContainsKey(key) && ordered.Contains(key)));
    }

    [Fact]
    public void Ordinary_dictionaries_keep_the_comparers_of_PowerShell()
    {
        var texts = new Hashtable(StringComparer.OrdinalIgnoreCase).Fill(Enumerable.Range(0, 1_000).Select(i => ((object)$"{i}", (object?)i)));
        var numbers = new Hashtable().Fill(Enumerable.Range(0, 1_000).Select(i => ((object)i, (object?)i)));
        var few = new Hashtable().Fill(Enumerable.Range(0, 60).Select(i => ((object)(long)i, (object?)i)));
        Assert.Same(StringComparer.OrdinalIgnoreCase, ComparerAfterwards(texts));
        Assert.Null(ComparerAfterwards(numbers));
        Assert.Null(ComparerAfterwards(few));

        static object? ComparerAfterwards(Hashtable table) => DictionaryComparers.Of((Hashtable)ValueCodec.Decode(ValueCodec.Encode(table))!);
    }

    [Fact]
    public void Equal_keys_are_found_whatever_their_bytes()
    {
        Assert.Equal(KeyComparer.For(false).GetHashCode(1.0m), KeyComparer.For(false).GetHashCode(1.000m));
        Assert.Equal(KeyComparer.For(false).GetHashCode(0.0), KeyComparer.For(false).GetHashCode(-0.0));
        Assert.Equal(KeyComparer.For(true).GetHashCode("ä"), KeyComparer.For(true).GetHashCode("Ä"));
        (object, object)[] pairs =
        [
            (1.0m, 1.00m), (0.0, -0.0), (double.NaN, BitConverter.Int64BitsToDouble(-1)), ((Half)0, Half.NegativeZero), (0f, -0f),
            (new DateTime(5), new DateTime(5, DateTimeKind.Utc)), (new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 1, 2, 0, 0, TimeSpan.FromHours(1))),
            (new Uri("http://a.example/"), new Uri("http://A.example/")), ("ä", "Ä"), ("a", "A"),
        ];
        foreach (var (left, right) in pairs)
        {
            foreach (var others in new[] { 0, 40 })
            {
                var buffer = new ByteBuffer();
                buffer.WriteKind(ValueKind.OrderedDictionary);
                buffer.WriteByte(1);
                buffer.WriteCount(others + 2);
                foreach (var key in Enumerable.Range(0, others).Cast<object>().Append(left).Append(right))
                {
                    buffer.WriteBytes(ValueCodec.Encode(key).Bytes.Span);
                    buffer.WriteByte(0);
                }

                var bytes = buffer.Written.ToArray();
                Assert.Contains("equal", Assert.Throws<FaultException>(() => ValueCodec.Validate(bytes)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Keys_that_are_written_alike_are_refused()
    {
        var table = new Hashtable(new ByReference()) { [new string('a', 1)] = 1, [new string('a', 1)] = 2 };
        var refusal = Assert.Throws<FaultException>(() => ValueCodec.Encode(new object[] { new OrderedDictionary { ["x"] = table } }));
        Assert.Equal((Fault.ValueNotSupported, "$[0].x"), (refusal.Fault, refusal.Target));
        var bag = new PropertyBag([], [new("a", 1), new("A", 2)]);
        Assert.Equal(Fault.ValueNotSupported, Assert.Throws<FaultException>(() => ValueCodec.Encode(bag)).Fault);
    }

    [Fact]
    public void Regular_expressions_are_bounded_in_all()
    {
        Refused(new Regex(string.Concat(Enumerable.Repeat("()", 20_000))));
        Refused(Enumerable.Range(0, 600).Select(i => new Regex($"{i}")).ToArray());
        Refused(new Regex(new string('a', 5_000), RegexOptions.Compiled));
        Refused(new Regex(new string('a', 300), RegexOptions.NonBacktracking));
        Accepted(new Regex(new string('a', 200), RegexOptions.NonBacktracking));
        Accepted(new Regex(new string('a', 30_000)));
        Accepted(Enumerable.Range(0, 400).Select(i => new Regex($"{i}")).ToArray());
        Accepted(new Regex(new string('a', 2_000), RegexOptions.Compiled));

        // A million groups cost the server nothing but their text.
        var buffer = new ByteBuffer();
        TextCodec.Write(buffer, ValueKind.Regex, string.Concat(Enumerable.Repeat("()", 1_000_000)));
        buffer.Write(0);
        buffer.Write(Regex.InfiniteMatchTimeout.Ticks);
        var bytes = buffer.Written.ToArray();
        Assert.InRange(Allocated(() => Assert.Throws<FaultException>(() => ValueCodec.Decode(bytes))), 0, 4L * bytes.Length);

        static void Refused(object value) => Assert.Equal(Fault.ValueNotSupported, Assert.Throws<FaultException>(() => ValueCodec.Encode(value)).Fault);
        static void Accepted(object value) => ValueCodec.Decode(ValueCodec.Encode(value));
    }

    [Fact]
    public void A_dictionary_is_merged_with_itself_in_proportion_to_its_size()
    {
        var small = PerByte(2_000);
        var large = PerByte(200_000);
        Assert.InRange(large, 0, 1.5 * small);

        static double PerByte(int count)
        {
            var entries = Enumerable.Range(0, count).Select(i => ((object)$"key {i}", (object?)(byte)1));
            var table = ValueCodec.Encode(new Hashtable(StringComparer.OrdinalIgnoreCase).Fill(entries));
            EncodedValue merged = default;
            var allocated = Allocated(() => merged = DictionaryMerge.Merge(table, table));
            Assert.Equal(table, merged);
            return (double)allocated / table.Length;
        }
    }

    [Fact]
    public void Merged_entries_are_in_order()
    {
        var left = new Hashtable(StringComparer.OrdinalIgnoreCase).Fill(Enumerable.Range(0, 50).Select(i => ((object)$"k{i * 3}", (object?)i)));
        var right = new Hashtable().Fill(Enumerable.Range(0, 70).Select(i => ((object)$"K{i * 2}", (object?)(-i))));
        var expected = (Hashtable)left.Clone();
        foreach (DictionaryEntry entry in right)
        {
            expected[entry.Key] = entry.Value;
        }

        Assert.Equal(ValueCodec.Encode(expected), DictionaryMerge.Merge(ValueCodec.Encode(left), ValueCodec.Encode(right)));
    }

    [Fact]
    public void Large_integers_are_compared_and_shown_in_proportion_to_their_size()
    {
        var number = BigInteger.Pow(2, 8_000_000);
        var key = ValueCodec.Encode(number);
        Assert.InRange(Allocated(() => KeyText.Loose(key.Bytes.Span)), 0, 12L * key.Length);
        var refusal = Assert.Throws<FaultException>(() => NumberAddition.Add(ValueCodec.Encode(1.5m), key));
        Assert.InRange(refusal.Message.Length, 1, 200);
    }

    [Fact]
    public void A_value_looks_up_a_hundred_enumerations()
    {
        // Each search for one that is not loaded asks every assembly.
        var members = Enumerable.Range(0, 100).Select(i => (object)new UnknownEnum($"No.Enum{i}, None", 1));
        var decoded = (object[])ValueCodec.Decode(ValueCodec.Encode(members.Append(LongEnum.One).ToArray()))!;
        Assert.IsType<UnknownEnum>(decoded[^1]);
        decoded = (object[])ValueCodec.Decode(ValueCodec.Encode(members.Skip(1).Append(LongEnum.One).ToArray()))!;
        Assert.Equal(LongEnum.One, decoded[^1]);
    }

    [Fact]
    public void An_enumeration_of_other_numbers_makes_a_list_of_anything()
    {
        var name = $"{typeof(LongEnum).FullName}, {typeof(LongEnum).Assembly.GetName().Name}";
        var list = ListAppend.Append(ValueCodec.Encode(new[] { LongEnum.One }), ValueCodec.Encode(new UnknownEnum(name, 7)));
        ValueCodec.Validate(list.Bytes.Span);
        Assert.Equal([LongEnum.One, new UnknownEnum(name, 7)], Assert.IsType<object[]>(ValueCodec.Decode(list)));
    }

    [Fact]
    public void Counts_that_announce_more_than_there_is_cost_nothing()
    {
        // A hundred arrays in each other, each of which announces all the bytes that are left.
        var bytes = new byte[1_000_000];
        for (var i = 0; i < 99; i++)
        {
            (bytes[i * 5], bytes[(i * 5) + 1]) = ((byte)ValueKind.Array, (byte)ValueKind.Object);
            (bytes[(i * 5) + 2], bytes[(i * 5) + 3], bytes[(i * 5) + 4]) = (0x80, 0xB5, 0x3C); // 989,824
        }

        Assert.InRange(Allocated(() => Assert.Throws<FaultException>(() => ValueCodec.Decode(bytes))), 0, 100_000);
    }

    private static long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private enum LongEnum : long
    {
        One = 1,
    }

    private sealed class ByReference : IEqualityComparer
    {
        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y);

        public int GetHashCode(object obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}
