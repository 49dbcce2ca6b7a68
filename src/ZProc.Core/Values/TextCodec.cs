using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes strings and characters, and the texts inside other kinds. A text is a count, whose lowest bit says
/// whether the bytes are UTF-16 and whose other bits are their number, then the bytes. They are UTF-8, except where
/// the text has a lone surrogate, which UTF-8 cannot express.
/// </summary>
internal static class TextCodec
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(ByteBuffer buffer, char character) => buffer.WriteFixed(ValueKind.Char, character);

    /// <summary>Writes a kind, and a text behind it.</summary>
    public static void Write(ByteBuffer buffer, ValueKind kind, string text)
    {
        buffer.WriteKind(kind);
        Write(buffer, text);
    }

    /// <summary>Writes a text without a kind.</summary>
    public static void Write(ByteBuffer buffer, string text)
    {
        buffer.CheckFits(text.Length);
        var start = buffer.Length;
        var size = Encoding.UTF8.GetByteCount(text);
        buffer.CheckFits(size);
        buffer.WriteCount(size << 1);
        if (Utf8.FromUtf16(text, buffer.Reserve(size), out _, out _, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            return;
        }

        buffer.Truncate(start);
        var wide = MemoryMarshal.AsBytes(text.AsSpan());
        buffer.WriteCount((wide.Length << 1) | 1);
        buffer.WriteBytes(wide);
    }

    public static char ReadChar(ref ByteCursor cursor) => cursor.Read<char>();

    /// <summary>Reads a text.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static string Read(ref ByteCursor cursor)
    {
        var bytes = ReadBytes(ref cursor, out var isWide);
        if (isWide)
        {
            return new string(MemoryMarshal.Cast<byte, char>(bytes));
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw ValueFaults.Malformed("a text is not UTF-8");
        }
    }

    /// <summary>Moves past a text. Its characters are not checked.</summary>
    public static void Skip(ref ByteCursor cursor) => ReadBytes(ref cursor, out _);

    private static ReadOnlySpan<byte> ReadBytes(ref ByteCursor cursor, out bool isWide)
    {
        var header = cursor.ReadCount();
        isWide = (header & 1) != 0;
        var size = header >> 1;
        return !isWide || (size & 1) == 0 ? cursor.ReadBytes(size) : throw ValueFaults.Malformed("a text of UTF-16 ends within a character");
    }
}
