using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace ZProc.Core.Values;

/// <summary>
/// A growing array of bytes with an upper limit, and the primitives that values are made of.
/// Numbers are little-endian, as on every platform that runs PowerShell.
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

    public void Reset(int limit)
    {
        Length = 0;
        _limit = limit;
    }

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

    public void WriteKind(ValueKind kind) => Reserve(1)[0] = (byte)kind;

    public void WriteByte(byte value) => Reserve(1)[0] = value;

    public void Write<T>(T value) where T : unmanaged =>
        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(Reserve(Unsafe.SizeOf<T>())), value);

    /// <summary>Items as they lie in memory.</summary>
    public void WriteBulk<T>(ReadOnlySpan<T> items) where T : unmanaged
    {
        if ((long)items.Length * Unsafe.SizeOf<T>() > _limit)
        {
            throw ValueFaults.TooLarge(_limit);
        }

        WriteBytes(MemoryMarshal.AsBytes(items));
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>A number of things: seven bits a byte, the lowest first, as few bytes as it takes.</summary>
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

    /// <summary>
    /// Any text: twice its length in bytes, plus 1 if they are UTF-16, then the bytes.
    /// They are UTF-8 unless it cannot hold the text, because of a lone surrogate.
    /// </summary>
    public void WriteText(string text)
    {
        if (text.Length > _limit)
        {
            throw ValueFaults.TooLarge(_limit);
        }

        var start = Length;
        var size = Encoding.UTF8.GetByteCount(text);
        if (size > _limit)
        {
            throw ValueFaults.TooLarge(_limit);
        }

        WriteCount(size << 1);
        if (Utf8.FromUtf16(text, Reserve(size), out _, out _, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done)
        {
            return;
        }

        Length = start;
        var wide = MemoryMarshal.AsBytes(text.AsSpan());
        WriteCount((wide.Length << 1) | 1);
        WriteBytes(wide);
    }

    public EncodedValue ToValue() => new(Written.ToArray());

    private void Grow(int count)
    {
        var needed = (long)Length + count;
        if (needed > _limit)
        {
            throw ValueFaults.TooLarge(_limit);
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Max(needed, Math.Min(2L * _bytes.Length, _limit)));
        Written.CopyTo(bytes);
        _bytes = bytes;
    }
}
