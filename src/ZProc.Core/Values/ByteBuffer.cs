using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>
/// A growing array of bytes with an upper limit, and the primitives that encodings consist of: bytes, fixed-size numbers and counts.
/// Numbers are little-endian, as on every platform that runs PowerShell. Every method that writes throws
/// <see cref="Fault.ValueTooLarge"/> at the limit.
/// </summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes;
    private int _limit;

    public ByteBuffer(int capacity = 256, int limit = ValueLimits.HighestMaxBytes)
    {
        _bytes = new byte[capacity];
        _limit = limit;
    }

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Empties the buffer and sets a new limit. The array stays.</summary>
    public void Reset(int limit)
    {
        Length = 0;
        _limit = limit;
    }

    /// <summary>Removes everything from a position on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Appends bytes for the caller to fill.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>.</exception>
    public Span<byte> Reserve(int count)
    {
        var start = Length;
        if (count > _bytes.Length - start || count > _limit - start)
        {
            Grow(count);
        }

        Length = start + count;
        return _bytes.AsSpan(start, count);
    }

    /// <summary>Checks that a part of this size can fit, before any code computes or allocates for it.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>.</exception>
    public void CheckFits(long size)
    {
        if (size > _limit)
        {
            throw ValueFaults.TooLarge(_limit);
        }
    }

    public void WriteKind(ValueKind kind) => Reserve(1)[0] = (byte)kind;

    public void WriteByte(byte value) => Reserve(1)[0] = value;

    public void Write<T>(T value) where T : unmanaged =>
        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(Reserve(Unsafe.SizeOf<T>())), value);

    /// <summary>Writes a kind and a payload of fixed size.</summary>
    public void WriteFixed<T>(ValueKind kind, T payload) where T : unmanaged
    {
        ref var start = ref MemoryMarshal.GetReference(Reserve(1 + Unsafe.SizeOf<T>()));
        start = (byte)kind;
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, 1), payload);
    }

    /// <summary>Writes items as they lie in memory.</summary>
    public void WriteBulk<T>(ReadOnlySpan<T> items) where T : unmanaged
    {
        CheckFits((long)items.Length * Unsafe.SizeOf<T>());
        WriteBytes(MemoryMarshal.AsBytes(items));
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Writes a count: seven bits a byte, the lowest first, in the fewest bytes. The high bit says that another byte follows.</summary>
    public void WriteCount(int count)
    {
        var rest = (uint)count;
        while (rest >= 0x80)
        {
            WriteByte((byte)(rest | 0x80));
            rest >>= 7;
        }

        WriteByte((byte)rest);
    }

    public EncodedValue ToValue() => new(Written.ToArray());

    private void Grow(int count)
    {
        var needed = (long)Length + count;
        CheckFits(needed);
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Max(needed, Math.Min(2L * _bytes.Length, _limit)));
        Written.CopyTo(bytes);
        _bytes = bytes;
    }
}
