using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>
/// A position in bytes from an untrusted source, and the primitives of <see cref="ByteBuffer"/> read back.
/// Every method throws <see cref="Fault.MalformedMessage"/> at bytes that <see cref="ByteBuffer"/> would not have written.
/// </summary>
internal ref struct ByteCursor
{
    private readonly ReadOnlySpan<byte> _bytes;

    public ByteCursor(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>How many bytes are behind the cursor.</summary>
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

    /// <summary>The bytes from an earlier position up to the current one.</summary>
    public readonly ReadOnlySpan<byte> Since(int start) => _bytes[start..Position];

    /// <summary>Reads a count as <see cref="ByteBuffer.WriteCount"/> writes it.</summary>
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
                // A count has one form. The fifth byte has room for three bits.
                return next != 0 && (shift < 28 || next < 8) ? (int)result : throw ValueFaults.Malformed("a count is not in its shortest form or too large");
            }
        }

        throw ValueFaults.Malformed("a count does not end");
    }

    /// <summary>Reads the count of items that follow, and checks that the bytes left can hold as many, before the caller allocates for them.</summary>
    /// <param name="leastSize">The fewest bytes an item takes.</param>
    public int ReadCount(int leastSize)
    {
        var count = ReadCount();
        return count <= Remaining / leastSize ? count : throw ValueFaults.Malformed("there are more items announced than bytes left");
    }

    /// <summary>Checks that no bytes are left.</summary>
    public readonly void CheckAtEnd()
    {
        if (Remaining != 0)
        {
            throw ValueFaults.Malformed("there are more bytes behind the value");
        }
    }

    private static FaultException Truncated() => ValueFaults.Malformed("they end too early");

    [DoesNotReturn]
    private static void ThrowTruncated() => throw Truncated();
}
