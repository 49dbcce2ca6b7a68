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
    /// <summary>The longest text, in bytes, whose characters are put on the stack.</summary>
    private const int MaxOnStack = 128;

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

    /// <summary>Reads a text that <see cref="Check"/> has passed.</summary>
    public static string Read(ref ByteCursor cursor)
    {
        var bytes = ReadBytes(ref cursor, out var isWide);
        return ToText(bytes, isWide);
    }

    /// <summary>Moves past a text, and checks that it is written as <see cref="Write(ByteBuffer, string)"/> writes it.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static void Check(ref ByteCursor cursor)
    {
        var bytes = ReadBytes(ref cursor, out var isWide);
        if (isWide ? !HasLoneSurrogate(MemoryMarshal.Cast<byte, char>(bytes)) : !Utf8.IsValid(bytes))
        {
            throw ValueFaults.Malformed(isWide ? "a text is UTF-16 without need" : "a text is not UTF-8");
        }
    }

    /// <summary>Checks a text, and reads it.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static string ReadChecked(ref ByteCursor cursor)
    {
        var start = cursor;
        Check(ref cursor);
        return Read(ref start);
    }

    /// <summary>Whether two texts are equal without regard to case.</summary>
    /// <param name="left">A text without a kind. It is well-formed.</param>
    /// <param name="right">Another one.</param>
    public static bool AreEqualIgnoringCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var leftCursor = new ByteCursor(left);
        var rightCursor = new ByteCursor(right);
        var leftBytes = ReadBytes(ref leftCursor, out var leftIsWide);
        var rightBytes = ReadBytes(ref rightCursor, out var rightIsWide);
        if (leftIsWide || rightIsWide || !Ascii.IsValid(leftBytes) || !Ascii.IsValid(rightBytes))
        {
            return string.Equals(ToText(leftBytes, leftIsWide), ToText(rightBytes, rightIsWide), StringComparison.OrdinalIgnoreCase);
        }

        return leftBytes.Length == rightBytes.Length && Ascii.EqualsIgnoreCase(leftBytes, rightBytes);
    }

    /// <summary>A hash code that texts share which are equal without regard to case. No sender can foresee it.</summary>
    /// <param name="text">A text without a kind. It is well-formed.</param>
    public static int HashIgnoringCase(ReadOnlySpan<byte> text)
    {
        var cursor = new ByteCursor(text);
        var bytes = ReadBytes(ref cursor, out var isWide);
        if (isWide || bytes.Length > MaxOnStack)
        {
            return string.GetHashCode(ToText(bytes, isWide), StringComparison.OrdinalIgnoreCase);
        }

        Span<char> characters = stackalloc char[MaxOnStack];
        return string.GetHashCode(characters[..Encoding.UTF8.GetChars(bytes, characters)], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Moves past a text. Its characters are not checked.</summary>
    public static void Skip(ref ByteCursor cursor) => ReadBytes(ref cursor, out _);

    private static string ToText(ReadOnlySpan<byte> bytes, bool isWide) =>
        isWide ? new string(MemoryMarshal.Cast<byte, char>(bytes)) : Encoding.UTF8.GetString(bytes);

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\ud800', '\udfff'); at >= 0;)
        {
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return true;
            }

            text = text[(at + 2)..];
            at = text.IndexOfAnyInRange('\ud800', '\udfff');
        }

        return false;
    }

    private static ReadOnlySpan<byte> ReadBytes(ref ByteCursor cursor, out bool isWide)
    {
        var header = cursor.ReadCount();
        isWide = (header & 1) != 0;
        var size = header >> 1;
        return !isWide || (size & 1) == 0 ? cursor.ReadBytes(size) : throw ValueFaults.Malformed("a text of UTF-16 ends within a character");
    }
}
