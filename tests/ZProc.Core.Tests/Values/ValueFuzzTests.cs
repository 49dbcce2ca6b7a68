using System.Collections;
using System.Collections.Specialized;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>Encoded values, changed at random: a server accepts exactly those that every reader can decode.</summary>
public sealed class ValueFuzzTests
{
    private const int Mutants = 200_000;
    private const ulong Seed = 20_260_711;

    [Fact]
    public void What_is_accepted_can_be_decoded_and_is_what_the_encoder_writes()
    {
        var random = new Random((int)Seed);
        var values = Corpus();
        var accepted = 0;
        for (var i = 0; i < Mutants; i++)
        {
            var bytes = Mutate(random, values);
            if (Passes(bytes))
            {
                accepted++;
                CheckAccepted(bytes);
            }
            else
            {
                Assert.Equal(Fault.MalformedMessage, Assert.Throws<FaultException>(() => ValueCodec.Decode(bytes)).Fault);
            }
        }

        // The mutants must reach both sides of the check.
        Assert.InRange(accepted, Mutants / 20, Mutants * 19 / 20);
    }

    [Fact]
    public void Everything_that_is_encoded_is_accepted() =>
        ValueGenerators.Value.Sample(value => ValueCodec.Validate(ValueCodec.Encode(value).Bytes.Span), iter: 10_000);

    private static void CheckAccepted(byte[] bytes)
    {
        var value = ValueCodec.Decode(bytes);
        var again = ValueCodec.Encode(value);
        if (again.Bytes.Span.SequenceEqual(bytes))
        {
            return;
        }

        // A process reads local times in its own time zone, and members of enumerations as its own types. What it writes then stays.
        Assert.True(DependsOnReader(value), $"{Convert.ToHexString(bytes)} became {Convert.ToHexString(again.Bytes.Span)}");
        ValueCodec.Validate(again.Bytes.Span);
        Assert.Equal(again, ValueCodec.Encode(ValueCodec.Decode(again)));
    }

    private static bool DependsOnReader(object? value) => value switch
    {
        UnknownEnum or Enum => true,
        DateTime time => time.Kind == DateTimeKind.Local,
        PropertyBag bag => bag.Properties.Any(property => DependsOnReader(property.Value)),
        IDictionary entries => entries.Keys.Cast<object>().Any(key => DependsOnReader(key) || DependsOnReader(entries[key])),
        string => false,
        IEnumerable items => items.GetType().GetElementType() is { IsEnum: true } || items.Cast<object?>().Any(DependsOnReader),
        _ => false,
    };

    private static bool Passes(byte[] bytes)
    {
        try
        {
            ValueCodec.Validate(bytes);
            return true;
        }
        catch (FaultException fault) when (fault.Fault == Fault.MalformedMessage)
        {
            return false;
        }
    }

    private static byte[][] Corpus()
    {
        var values = new List<object?>
        {
            new ScriptText("param($a) $a"),
            new CliXml(CliXmlTests.Plain),
            new UnknownEnum("Some.Enum, Some.Assembly", 3),
            new[] { DayOfWeek.Friday, DayOfWeek.Monday },
            new Regex("a|[b-d]{2,3}(?<name>x)", RegexOptions.IgnoreCase),
            Enumerable.Range(0, 40).ToDictionary(i => $"key {i}", i => (object?)i),
            new Hashtable(StringComparer.OrdinalIgnoreCase).Fill(Enumerable.Range(0, 40).Select(i => ((object)$"key {i}", (object?)i))),
            new OrderedDictionary().Fill(Enumerable.Range(0, 20).Select(i => ((object)(long)i, (object?)i))),
            new PropertyBag([], [.. Enumerable.Range(0, 20).Select(i => new KeyValuePair<string, object?>($"Property{i}", 1.5m))]),
        };
        var generator = new PCG(1, Seed);
        for (var i = 0; i < 400; i++)
        {
            values.Add(ValueGenerators.Value.Generate(generator, null, out _));
        }

        return [.. values.Select(value => ValueCodec.Encode(value).Bytes.ToArray())];
    }

    /// <summary>Changes one to four places: a byte, a bit, a byte more or fewer, a part of another value instead.</summary>
    private static byte[] Mutate(Random random, byte[][] values)
    {
        var bytes = values[random.Next(values.Length)].ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(64));
                    break;
                case 3 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                default:
                    var other = values[random.Next(values.Length)];
                    var start = random.Next(other.Length);
                    var part = other.AsSpan(start, random.Next(Math.Min(32, other.Length - start) + 1));
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(2) * part.Length));
                    bytes.InsertRange(at, part);
                    break;
            }
        }

        return [.. bytes];
    }
}
