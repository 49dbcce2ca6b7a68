using System.Buffers;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Wire;

/// <summary>
/// The encoding of the basic parts of messages: ids, texts, values, counts, times. The other <c>…Format</c> classes build on these;
/// each class writes and reads its types side by side. A reader checks a count against the bytes that are left before it allocates,
/// so a hostile message costs no more memory than its own size.
/// </summary>
internal static class WireFormat
{
    private const int IdBytes = 16;

    public static void Write(ref MessagePackWriter writer, Guid id)
    {
        writer.WriteBinHeader(IdBytes);
        id.TryWriteBytes(writer.GetSpan(IdBytes));
        writer.Advance(IdBytes);
    }

    public static Guid ReadGuid(ref MessagePackReader reader)
    {
        var bytes = ReadBytes(ref reader) ?? throw Message.Malformed("an id is missing");
        if (bytes.Length != IdBytes)
        {
            throw Message.Malformed("an id has the wrong length");
        }

        Span<byte> copy = stackalloc byte[IdBytes];
        bytes.CopyTo(copy);
        return new Guid(copy);
    }

    public static string ReadText(ref MessagePackReader reader)
    {
        try
        {
            return reader.ReadString() ?? throw Message.Malformed("a text is missing");
        }
        catch (ArgumentOutOfRangeException)
        {
            throw TooShort();
        }
    }

    /// <summary>Writes a value; nil for a missing one.</summary>
    public static void Write(ref MessagePackWriter writer, EncodedValue? value)
    {
        if (value is { } present)
        {
            writer.Write(present.Bytes.Span);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static EncodedValue? ReadValue(ref MessagePackReader reader) =>
        ReadBytes(ref reader) is { } bytes ? new EncodedValue(bytes.ToArray()) : null;

    /// <summary>Reads a value from a client and validates it, because other clients will decode it.</summary>
    public static EncodedValue ReadValidValue(ref MessagePackReader reader)
    {
        var value = ReadValue(ref reader) ?? default;
        ValueCodec.Validate(value.Bytes.Span);
        return value;
    }

    public static void Write(ref MessagePackWriter writer, Source source)
    {
        Write(ref writer, source.Id);
        writer.Write(source.Name);
        writer.Write(source.ProcessId);
    }

    public static Source ReadSource(ref MessagePackReader reader) =>
        new(ReadGuid(ref reader), ReadText(ref reader), reader.ReadInt32());

    public static void WriteOptional(ref MessagePackWriter writer, long? number)
    {
        if (number is { } present)
        {
            writer.Write(present);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static long? ReadOptional(ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadInt64();

    /// <summary>Reads the length of an array. MessagePack's reader itself refuses one that exceeds the bytes left.</summary>
    public static int ReadCount(ref MessagePackReader reader) =>
        reader.ReadArrayHeader() is var count and <= WireLimits.MaximumItems ? count : throw Message.Malformed("a count is too large");

    public static DateTime ReadTime(ref MessagePackReader reader)
    {
        var ticks = reader.ReadInt64();
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime(ticks, DateTimeKind.Utc)
            : throw Message.Malformed("a time is out of range");
    }

    private static ReadOnlySequence<byte>? ReadBytes(ref MessagePackReader reader)
    {
        try
        {
            return reader.ReadBytes();
        }
        catch (ArgumentOutOfRangeException)
        {
            throw TooShort();
        }
    }

    /// <summary>The error for a length of more than 31 bits, which MessagePack's reader takes for a negative one.</summary>
    private static FaultException TooShort() => Message.Malformed("it ends too early");
}
