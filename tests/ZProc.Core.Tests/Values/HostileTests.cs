using System.Collections;
using CsCheck;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

public sealed class HostileTests
{
    private const string Deep = "283F01";

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("FF", "no such kind")]
    [InlineData("3F", "object is no value")]
    [InlineData("0000", "trailing byte")]
    [InlineData("0102", "a boolean of 2")]
    [InlineData("06000000", "cut off")]
    [InlineData("1204FFFF", "no UTF-8")]
    [InlineData("1206EDA080", "a surrogate in UTF-8")]
    [InlineData("120361", "half a character")]
    [InlineData("12800068", "a count not in its shortest form")]
    [InlineData("12FFFFFFFF7F", "a count beyond 31 bits")]
    [InlineData("12FFFFFFFFFF", "a count without end")]
    [InlineData("283FFFFFFFFF07", "two billion items")]
    [InlineData("2806FFFFFFFF07", "two billion numbers")]
    [InlineData("29060200000000", "half the numbers")]
    [InlineData("28FF00", "no such element type")]
    [InlineData("282928060000", "lists are no elements")]
    [InlineData("28282828282828282828060000", "arrays of arrays of arrays…")]
    [InlineData("2812010600000000", "a number among texts")]
    [InlineData("280D0100", "half a Half")]
    [InlineData("280101" + "00", "a null among booleans")]
    [InlineData("2B00FFFFFFFF07", "two billion entries")]
    [InlineData("2B0200", "no such comparer")]
    [InlineData("2B00010000000000", "a null as key")]
    [InlineData("2B0001283F000000", "an array as key")]
    [InlineData("2B00011C0261" + "00000000F0D8FFFFFFFFFFFF" + "00", "a regular expression as key")]
    [InlineData("2B00021202610012026100", "the same key twice")]
    [InlineData("2B01021202610012024100", "the same key but for case")]
    [InlineData("2D00010600000000" + "00", "a number as a key of texts")]
    [InlineData("3200011200" + "00", "a property with an empty name")]
    [InlineData("3200011210" + "50536F626A656374" + "00", "a reserved name")]
    [InlineData("32000212026100" + "12024100", "two properties of the same name")]
    [InlineData("2B00021202620012026100", "keys out of order")]
    [InlineData("0C00", "no byte of a number")]
    [InlineData("0C020500", "a byte too many of a number")]
    [InlineData("0C02FBFF", "a byte too many of a negative number")]
    [InlineData("12056100", "UTF-16 without need")]
    [InlineData("13000000000000000001" + "00", "an offset of a time that is not local")]
    [InlineData("281D026101061200", "a text among members of an enumeration")]
    [InlineData("1D04FFFF0600000000", "an enumeration whose name is no UTF-8")]
    [InlineData("3304FFFF", "a script that is no UTF-8")]
    [InlineData("1A0004FFFF", "a uri that is no UTF-8")]
    [InlineData("3201", "a type name missing")]
    [InlineData("32000106000000" + "0000", "a property without name")]
    [InlineData("10000000000000000000000000" + "00001D00", "a scale of 29")]
    [InlineData("10000000000000000000000000" + "01000000", "odd bits in a decimal")]
    [InlineData("13FFFFFFFFFFFFFF3F0000", "a time after the end")]
    [InlineData("1300000000000000C00000", "no such kind of time")]
    [InlineData("14FFFFFFFFFFFFFF7F0000", "a time after the end")]
    [InlineData("1400000000000000003C00", "a time before the beginning")]
    [InlineData("140000C0C6C6C6C6080F27", "an offset of days")]
    [InlineData("15FFFFFFFF", "day -1")]
    [InlineData("16FFFFFFFFFFFFFFFF", "a negative time of day")]
    [InlineData("19FFFFFFFF000000000000000000000000", "version -1")]
    [InlineData("19000000000000000" + "0FFFFFFFF00000000", "a revision without build")]
    [InlineData("1A010461" + "62", "a relative uri said to be absolute")]
    [InlineData("1A0200", "no such kind of uri")]
    [InlineData("1B050000000000", "an address of five bytes")]
    [InlineData("1C0228" + "00000000F0D8FFFFFFFFFFFF", "a bad pattern")]
    [InlineData("1C0261" + "FFFFFFFFF0D8FFFFFFFFFFFF", "bad options")]
    [InlineData("1C0261" + "000000000000000000000000", "a time limit of 0")]
    [InlineData("1D02611200", "an enumeration of texts")]
    public void Nonsense_is_malformed(string hex, string what)
    {
        var bytes = Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex + "0");
        var error = Record.Exception(() => ValueCodec.Decode(bytes));
        Assert.True(error is FaultException { Fault: Fault.MalformedMessage }, $"{what}: {error}");
    }

    [Fact]
    public void Nesting_is_limited()
    {
        Refused(string.Concat(Enumerable.Repeat(Deep, 101)) + "00");
        Refused(string.Concat(Enumerable.Repeat(Deep, 1_000_000)));
        Refused(string.Concat(Enumerable.Repeat("2A01", 1_000_000)));
        Refused(string.Concat(Enumerable.Repeat("2B00010101", 1_000_000)));
        Refused(string.Concat(Enumerable.Repeat("1D0261", 1_000_000)));
        ValueCodec.Decode(Convert.FromHexString(string.Concat(Enumerable.Repeat(Deep, 100)) + "00"));

        static void Refused(string hex)
        {
            var bytes = Convert.FromHexString(hex);
            Assert.Equal(Fault.MalformedMessage, Assert.Throws<FaultException>(() => ValueCodec.Decode(bytes)).Fault);
            Assert.Equal(Fault.MalformedMessage, Assert.Throws<FaultException>(() => ValueCodec.Validate(bytes)).Fault);
        }
    }

    [Theory]
    [InlineData("System.IO.FileInfo, System.Private.CoreLib")]
    [InlineData("System.Formats.Tar.TarEntryType, System.Formats.Tar")]
    [InlineData("System.Collections.Generic.List`1[[System.Int32]], System.Private.CoreLib")]
    [InlineData("X`1[[Evil, Evil.Assembly]], X")]
    [InlineData(", ")]
    [InlineData("")]
    [InlineData("System.DayOfWeek")]
    [InlineData("System.DayOfWeek*, System.Private.CoreLib")]
    [InlineData("System.DayOfWeek&, System.Private.CoreLib")]
    [InlineData("\\, \0\ud800, x")]
    public void A_message_names_no_other_type(string name)
    {
        Assert.IsType<UnknownEnum>(ValueCodec.Decode(ValueCodec.Encode(new UnknownEnum(name, 1))));
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "System.Formats.Tar");
    }

    [Fact]
    public void An_enumeration_with_another_underlying_type_stays_a_number() =>
        Assert.IsType<UnknownEnum>(ValueCodec.Decode(ValueCodec.Encode(new UnknownEnum("System.DayOfWeek, System.Private.CoreLib", 1L))));

    [Fact]
    public void Random_bytes_do_no_harm() => Gen.Byte.Array[0, 200].Sample(Harmless, iter: 50_000);

    [Fact]
    public void Random_kinds_do_no_harm() => Gen.Frequency((3, Gen.Byte[0, 64]), (1, Gen.Byte)).Array[0, 60].Sample(Harmless, iter: 50_000);

    [Fact]
    public void Mutated_values_do_no_harm() => Gen.Select(ValueGenerators.Value, Gen.Int, Gen.Byte, Gen.Int[0, 3], Mutate).Sample(Harmless, iter: 10_000);

    [Fact]
    public void Values_cut_off_anywhere_are_malformed() => ValueGenerators.Value.Sample(
        value =>
        {
            var bytes = ValueCodec.Encode(value).Bytes;
            for (var length = 0; length < Math.Min(bytes.Length, 300); length++)
            {
                var part = bytes[..length];
                Assert.Equal(Fault.MalformedMessage, Assert.Throws<FaultException>(() => ValueCodec.Decode(part)).Fault);
                Assert.Equal(Fault.MalformedMessage, Assert.Throws<FaultException>(() => ValueCodec.Validate(part.Span)).Fault);
            }
        },
        iter: 100);

    private static byte[] Mutate(object? value, int position, byte to, int how)
    {
        var bytes = ValueCodec.Encode(value).Bytes.ToArray();
        var at = (int)((uint)position % (uint)bytes.Length);
        switch (how)
        {
            case 0:
                bytes[at] = to;
                return bytes;
            case 1:
                bytes[at] ^= (byte)(1 << (to & 7));
                return bytes;
            case 2:
                return [.. bytes[..at], to, .. bytes[at..]];
            default:
                return [.. bytes[..at], .. bytes[(at + 1)..]];
        }
    }

    private static bool Harmless(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var decoded = Only(() => ValueCodec.Decode(bytes));

        // A regular expression takes its share, most when it is compiled; the rest is in proportion to what came in.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000 + (300 * bytes.Length));

        var encoded = new EncodedValue(bytes);
        var one = ValueCodec.Encode(1);
        var list = ValueCodec.Encode(new object[] { 1 });
        var table = ValueCodec.Encode(new Hashtable { ["a"] = 1 });
        Only(() => ValueComparer.LooselyEqual(encoded, table));
        Only(() => ValueComparer.LooselyEqual(list, encoded));
        Only(() => NumberAddition.Add(encoded, one));
        Only(() => NumberAddition.Add(one, encoded));
        Only(() => ListAppend.Append(encoded, one));
        Only(() => ListAppend.Append(list, encoded));
        Only(() => DictionaryMerge.Merge(encoded, table));
        Only(() => DictionaryMerge.Merge(table, encoded));

        // Whatever can be read has passed the check at the door, and can be written again.
        if (decoded)
        {
            ValueCodec.Validate(bytes);
            var again = ValueCodec.Encode(ValueCodec.Decode(bytes));
            return SameValue.Of(ValueCodec.Decode(bytes), ValueCodec.Decode(again));
        }

        return true;
    }

    private static bool Only(Func<object?> action)
    {
        try
        {
            action();
            return true;
        }
        catch (FaultException)
        {
            return false;
        }
    }
}
