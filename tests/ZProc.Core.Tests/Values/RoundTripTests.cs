using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

public sealed class RoundTripTests
{
    private static readonly string[] Texts = ["", "a", "Grüße", "日本語", "😀", "\ud83d", "\ude00\ud83d", "a\0b", new string('x', 100_000), new string('é', 63)];

    private static readonly object?[] All =
    [
        null, true, false,
        sbyte.MinValue, byte.MaxValue, short.MinValue, ushort.MaxValue, int.MinValue, -1, 0, 1, int.MaxValue, uint.MaxValue,
        long.MinValue, ulong.MaxValue, Int128.MinValue, UInt128.MaxValue, BigInteger.Zero, BigInteger.Pow(-7, 300),
        Half.Epsilon, float.NaN, -0f, float.MaxValue, -0d, double.NaN, double.PositiveInfinity, double.Epsilon, Math.PI,
        BitConverter.UInt64BitsToDouble(0x7FF8_0000_DEAD_BEEF), BitConverter.UInt64BitsToDouble(0xFFF0_0000_0000_0001),
        1.0m, 1.00m, -0.0m, decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m,
        'x', '\ud800', '\0',
        DateTime.MinValue, DateTime.MaxValue, new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), new DateTime(2024, 10, 27, 2, 30, 0, DateTimeKind.Local),
        new DateTime(0, DateTimeKind.Local), new DateTime(DateTime.MaxValue.Ticks, DateTimeKind.Local),
        DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(-570)),
        DateOnly.MinValue, DateOnly.MaxValue, TimeOnly.MinValue, TimeOnly.MaxValue, TimeSpan.MinValue, TimeSpan.MaxValue,
        Guid.Empty, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff", CultureInfo.InvariantCulture),
        new Version(1, 2), new Version(1, 2, 3), new Version(1, 2, 3, 4),
        new Uri("https://example.org/a b?q=ü#f"), new Uri("../up", UriKind.Relative), new Uri("file:///etc/passwd"), new Uri("/etc/passwd"),
        IPAddress.Parse("127.0.0.1"), IPAddress.Parse("::"), IPAddress.Parse("fe80::1%7"),
        new Regex("^a(b|c)*$", RegexOptions.IgnoreCase | RegexOptions.Multiline), new Regex("x", RegexOptions.None, TimeSpan.FromSeconds(3)),
        DayOfWeek.Friday, (DayOfWeek)99, ValueKind.Decimal, SmallEnum.Low, WideEnum.High,
        Array.Empty<object>(), new object?[] { 1, null, "x", new object[] { 2L } }, Array.Empty<int>(), new[] { 1, -2 }, new byte[] { 0, 255 },
        new[] { 'a', '\udc00' }, new[] { true, false }, new[] { "a", null, "" }, new[] { 1.5, double.NaN }, new[] { 1.10m },
        new[] { DateTime.UnixEpoch }, new[] { TimeSpan.Zero }, new[] { Guid.Empty }, new[] { new Version(1, 0), null }, new[] { BigInteger.One },
        new[] { DayOfWeek.Monday }, new[] { UInt128.One }, new[] { new Uri("https://x.example/") }, new[] { new DateOnly(2024, 1, 1) },
        new[] { new[] { 1, 2 }, null, [] }, new[] { new[] { new[] { "deep" } } }, new[] { new[] { DayOfWeek.Sunday } },
        new Hashtable[] { new() { ["a"] = 1 } }, new[] { new OrderedDictionary { ["b"] = 2 } },
        new List<object?> { 1, null, "x" }, new List<int> { 1, 2 }, new List<string?> { "a", null }, new List<DayOfWeek> { DayOfWeek.Monday }, new List<int[]> { new[] { 1 } },
        new ArrayList { 1, "two", null, new ArrayList() },
        new Hashtable(), new Hashtable { ["a"] = 1, [2] = "two", [3L] = null, [Guid.Empty] = new Hashtable(), [DayOfWeek.Friday] = 'x', [1.5m] = 1.5 },
        new OrderedDictionary { { "z", 1 }, { "a", 2 }, { 5, 3 } },
        new Dictionary<string, object?> { ["a"] = 1, ["A"] = 2 },
        new PropertyBag([], []), new PropertyBag(["My.Type", "System.Object"], [new("Name", "x"), new("Items", new object[] { 1 })]),
        new ScriptText("param($x) $x * 2"), new CliXml(CliXmlTests.Plain), new UnknownEnum("No.Such.Enum, Nowhere", 5UL),
    ];

    public static TheoryData<object?> Values => [.. All.Select(value => new TheoryDataRow<object?>(value))];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void Every_kind_comes_back_unchanged(object? value)
    {
        var encoded = ValueCodec.Encode(value);
        ValueCodec.Validate(encoded.Bytes.Span);
        var decoded = ValueCodec.Decode(encoded);
        Assert.True(SameValue.Of(value, decoded), $"{value?.GetType()} {value} came back as {decoded?.GetType()} {decoded}");
        Assert.Equal(encoded, ValueCodec.Encode(decoded));
    }

    [Fact]
    public void Any_text_comes_back()
    {
        foreach (var text in Texts)
        {
            Assert.Equal(text, ValueCodec.Decode(ValueCodec.Encode(text)));
            Assert.Equal(new Hashtable { [text] = text }.Keys.Cast<string>().Single(), ((Hashtable)ValueCodec.Decode(ValueCodec.Encode(new Hashtable { [text] = 1 }))!).Keys.Cast<string>().Single());
        }
    }

    [Fact]
    public void Any_nested_value_comes_back() => ValueGenerators.Value.Sample(
        value =>
        {
            var encoded = ValueCodec.Encode(value);
            ValueCodec.Validate(encoded.Bytes.Span);
            var decoded = ValueCodec.Decode(encoded);
            return SameValue.Of(value, decoded) && ValueCodec.Encode(decoded) == encoded;
        },
        iter: 5_000);

    [Fact]
    public void Dictionaries_keep_whether_they_ignore_case()
    {
        var engines = new Hashtable(StringComparer.OrdinalIgnoreCase) { ["Key"] = 1 };
        Assert.Equal(1, Again(engines)["kEY"]);
        Assert.Equal(1, Again(new Hashtable(StringComparer.CurrentCultureIgnoreCase) { ["Key"] = 1 })["kEY"]);
        Assert.Null(Again(new Hashtable { ["Key"] = 1 })["kEY"]);
        Assert.Equal(1, Again(new OrderedDictionary(StringComparer.OrdinalIgnoreCase) { ["Key"] = 1 })["kEY"]);
        Assert.Null(Again(new OrderedDictionary { ["Key"] = 1 })["kEY"]);
        Assert.True(Again(new Dictionary<string, object?>(StringComparer.InvariantCultureIgnoreCase) { ["Key"] = 1 }).ContainsKey("kEY"));
        Assert.False(Again(new Dictionary<string, object?> { ["Key"] = 1 }).ContainsKey("kEY"));
        Assert.Equal(1, Again(Hashtable.Synchronized(engines))["kEY"]);
        Assert.Null(Again(Hashtable.Synchronized(new Hashtable { ["Key"] = 1 }))["kEY"]);

        static T Again<T>(T dictionary) where T : class => (T)ValueCodec.Decode(ValueCodec.Encode(dictionary))!;
    }

    [Fact]
    public void Synchronized_and_read_only_wrappers_arrive_as_the_collections_they_wrap()
    {
        Assert.Equal(typeof(Hashtable), ValueCodec.Decode(ValueCodec.Encode(Hashtable.Synchronized([])))!.GetType());
        Assert.Equal(typeof(ArrayList), ValueCodec.Decode(ValueCodec.Encode(ArrayList.ReadOnly(new ArrayList { 1 })))!.GetType());
    }

    [Fact]
    public void Arrays_and_lists_of_other_types_hold_objects()
    {
        Assert.Equal(new object?[] { 1, null }, Assert.IsType<object?[]>(ValueCodec.Decode(ValueCodec.Encode(new int?[] { 1, null }))));
        Assert.Equal([1], Assert.IsType<List<object>>(ValueCodec.Decode(ValueCodec.Encode(new List<IComparable> { 1 }))));
    }

    [Fact]
    public void Enumerations_that_are_not_loaded_arrive_as_number_and_name_and_go_on_as_they_came()
    {
        var sent = new UnknownEnum("Some.Color, Some.Assembly", (short)3, "Blue");
        var array = ValueCodec.Encode(new object[] { sent });
        var received = Assert.IsType<UnknownEnum>(Assert.IsType<object[]>(ValueCodec.Decode(array))[0]);
        Assert.Equal(sent, received);
        Assert.Equal("Blue", received.Name);
        Assert.Equal(array, ValueCodec.Encode(ValueCodec.Decode(array)));
    }

    [Fact]
    public void Enumerations_that_are_not_loaded_are_compared_and_converted_as_number_and_as_name()
    {
        var member = new UnknownEnum("Some.Color, Some.Assembly", 3L, "Blue");
        Assert.True(member.Equals((object)3));
        Assert.True(member.Equals(3.0));
        Assert.True(member.Equals("blue"));
        Assert.False(member.Equals(4m));
        Assert.False(member.Equals("3"));
        Assert.False(member.Equals(double.NaN));
        Assert.False(new UnknownEnum("Some.Color, Some.Assembly", 3).Equals(string.Empty));
        Assert.Equal(3, Convert.ToInt32(member, null));
        Assert.Equal("Blue", member.ToString(null));
        Assert.Equal("3", $"{new UnknownEnum("Some.Color, Some.Assembly", 3)}");
        Assert.Equal(DayOfWeek.Wednesday, member.ToType(typeof(DayOfWeek), null));
    }

    [Fact]
    public void Enumerations_are_found_in_an_assembly_of_another_name() =>
        Assert.Equal(DayOfWeek.Friday, ValueCodec.Decode(ValueCodec.Encode(new UnknownEnum("System.DayOfWeek, Made.Up", 5))));

    [Fact]
    public void Results_are_copies()
    {
        var array = new byte[] { 1, 2, 3 };
        var encoded = ValueCodec.Encode(array);
        array[0] = 9;
        var first = (byte[])ValueCodec.Decode(encoded)!;
        first[1] = 9;
        Assert.Equal([1, 2, 3], (byte[])ValueCodec.Decode(encoded)!);
    }

    [Fact]
    public void Local_times_of_another_time_zone_are_the_same_moment()
    {
        var bytes = ValueCodec.Encode(new DateTime(2024, 6, 1, 12, 0, 0, DateTimeKind.Local)).Bytes.ToArray();
        var here = TimeZoneInfo.Local.GetUtcOffset(new DateTime(2024, 6, 1, 12, 0, 0));
        BitConverter.TryWriteBytes(bytes.AsSpan(^2), (short)(here.TotalMinutes + 60));
        var decoded = (DateTime)ValueCodec.Decode(bytes)!;
        Assert.Equal(new DateTime(2024, 6, 1, 11, 0, 0), decoded);
        Assert.Equal(DateTimeKind.Local, decoded.Kind);
    }

    private enum SmallEnum : sbyte
    {
        Low = -128,
    }

    private enum WideEnum : ulong
    {
        High = ulong.MaxValue,
    }
}
