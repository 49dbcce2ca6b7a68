using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ZProc.Core.Values;

/// <summary>
/// Reads what <see cref="ByteBuffer"/> wrote, trusting nothing.
/// Every method throws <see cref="Fault.MalformedMessage"/> where the bytes are not what they should be.
/// </summary>
internal ref struct ByteCursor
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes;

    public ByteCursor(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    public readonly ValueKind PeekKind() => Position < _bytes.Length ? (ValueKind)_bytes[Position] : throw Truncated();

    public ValueKind ReadKind() => (ValueKind)ReadByte();

    public byte ReadByte()
    {
        var position = Position;
        if ((uint)position >= (uint)_bytes.Length)
        {
            ThrowTruncated();
        }

        Position = position + 1;
        return _bytes[position];
    }

    public T Read<T>() where T : unmanaged => Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(ReadBytes(Unsafe.SizeOf<T>())));

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            ThrowTruncated();
        }

        var result = _bytes.Slice(Position, count);
        Position += count;
        return result;
    }

    /// <summary>The bytes from a position up to here.</summary>
    public readonly ReadOnlySpan<byte> Since(int start) => _bytes[start..Position];

    public int ReadCount()
    {
        uint first = ReadByte();
        if (first < 0x80)
        {
            return (int)first;
        }

        var result = first & 0x7F;
        for (var shift = 7; shift < 35; shift += 7)
        {
            uint next = ReadByte();
            result |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                // One number has one encoding; the last byte of five has three bits to give.
                return next != 0 && (shift < 28 || next < 8) ? (int)result : throw ValueFaults.Malformed("a count is not in its shortest form or too large");
            }
        }

        throw ValueFaults.Malformed("a count does not end");
    }

    /// <summary>Reads a number of things that take at least so many bytes each: nobody allocates for what cannot be there.</summary>
    public int ReadCount(int leastSize)
    {
        var count = ReadCount();
        return count <= Remaining / leastSize ? count : throw ValueFaults.Malformed("it announces more items than it holds");
    }

    public string ReadText()
    {
        var bytes = ReadTextBytes(out var isWide);
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

    /// <summary>The bytes of a text, unchecked.</summary>
    public ReadOnlySpan<byte> ReadTextBytes(out bool isWide)
    {
        var header = ReadCount();
        isWide = (header & 1) != 0;
        var size = header >> 1;
        return !isWide || (size & 1) == 0 ? ReadBytes(size) : throw ValueFaults.Malformed("a text of UTF-16 ends within a character");
    }

    private static FaultException Truncated() => ValueFaults.Malformed("they end too early");

    [DoesNotReturn]
    private static void ThrowTruncated() => throw Truncated();
}
