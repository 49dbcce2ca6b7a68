using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>Encodes and decodes regular expressions: the pattern, the options as a 32-bit number, and the time limit in ticks.</summary>
internal static class RegexCodec
{
    public static void Write(ByteBuffer buffer, Regex regex)
    {
        TextCodec.Write(buffer, ValueKind.Regex, regex.ToString());
        buffer.Write((int)regex.Options);
        buffer.Write(regex.MatchTimeout.Ticks);
    }

    public static Regex Read(ref ByteCursor cursor)
    {
        var pattern = TextCodec.Read(ref cursor);
        var options = (RegexOptions)cursor.Read<int>();
        var limit = new TimeSpan(cursor.Read<long>());
        try
        {
            return new Regex(pattern, options, limit);
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
}
