using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>Encodes and decodes regular expressions: the pattern, the options as a 32-bit number, and the time limit in ticks.</summary>
internal static class RegexCodec
{
    public static void Write(ValueEncoder encoder, Regex regex)
    {
        var pattern = regex.ToString();
        if (!encoder.Patterns.TryAdd(pattern.Length, regex.Options))
        {
            throw encoder.Containers.NotSupported("makes the regular expressions of the whole value too large. Store them as texts");
        }

        TextCodec.Write(encoder.Buffer, ValueKind.Regex, pattern);
        encoder.Buffer.Write((int)regex.Options);
        encoder.Buffer.Write(regex.MatchTimeout.Ticks);
    }

    public static Regex Read(ref ByteCursor cursor)
    {
        var pattern = TextCodec.Read(ref cursor);
        var (options, limit) = ReadNumbers(ref cursor);
        return new Regex(pattern, options, limit);
    }

    /// <summary>Moves past an expression, and checks that it can be built.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: it cannot be built. <see cref="RegexBudget.Exceeded"/>: all together are too large.</exception>
    public static void Check(ref ByteCursor cursor, ref RegexBudget budget)
    {
        var pattern = TextCodec.ReadChecked(ref cursor);
        var (options, limit) = ReadNumbers(ref cursor);
        if (!budget.TryAdd(pattern.Length, options))
        {
            throw budget.Exceeded();
        }

        try
        {
            // Compiling says no more about the pattern.
            _ = new Regex(pattern, options & ~RegexOptions.Compiled, limit);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw ValueFaults.OutOfRange(ValueKind.Regex);
        }
    }

    public static void Skip(ref ByteCursor cursor)
    {
        TextCodec.Skip(ref cursor);
        cursor.ReadBytes(sizeof(int) + sizeof(long));
    }

    private static (RegexOptions Options, TimeSpan Limit) ReadNumbers(ref ByteCursor cursor) =>
        ((RegexOptions)cursor.Read<int>(), new TimeSpan(cursor.Read<long>()));
}
