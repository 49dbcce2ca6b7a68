using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes numbers: integers and floating-point numbers as they lie in memory, a <see cref="decimal"/> as its four
/// 32-bit parts, a <see cref="BigInteger"/> as a count and the fewest bytes in two's complement.
/// </summary>
internal static class NumberCodec
{
    private const int DecimalSize = 16;
    private const int MaxDecimalScale = 28;

    /// <summary>The whole encoding of the most common number, in one step.</summary>
    public static EncodedValue Encode(int number)
    {
        var bytes = new byte[1 + sizeof(int)];
        bytes[0] = (byte)ValueKind.Int32;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), number);
        return new EncodedValue(bytes);
    }

    public static void Write(ByteBuffer buffer, sbyte number) => buffer.WriteFixed(ValueKind.SByte, number);

    public static void Write(ByteBuffer buffer, byte number) => buffer.WriteFixed(ValueKind.Byte, number);

    public static void Write(ByteBuffer buffer, short number) => buffer.WriteFixed(ValueKind.Int16, number);

    public static void Write(ByteBuffer buffer, ushort number) => buffer.WriteFixed(ValueKind.UInt16, number);

    public static void Write(ByteBuffer buffer, int number) => buffer.WriteFixed(ValueKind.Int32, number);

    public static void Write(ByteBuffer buffer, uint number) => buffer.WriteFixed(ValueKind.UInt32, number);

    public static void Write(ByteBuffer buffer, long number) => buffer.WriteFixed(ValueKind.Int64, number);

    public static void Write(ByteBuffer buffer, ulong number) => buffer.WriteFixed(ValueKind.UInt64, number);

    public static void Write(ByteBuffer buffer, Int128 number) => buffer.WriteFixed(ValueKind.Int128, number);

    public static void Write(ByteBuffer buffer, UInt128 number) => buffer.WriteFixed(ValueKind.UInt128, number);

    public static void Write(ByteBuffer buffer, Half number) => buffer.WriteFixed(ValueKind.Half, number);

    public static void Write(ByteBuffer buffer, float number) => buffer.WriteFixed(ValueKind.Single, number);

    public static void Write(ByteBuffer buffer, double number) => buffer.WriteFixed(ValueKind.Double, number);

    public static void Write(ByteBuffer buffer, decimal number)
    {
        buffer.WriteKind(ValueKind.Decimal);
        decimal.GetBits(number, MemoryMarshal.Cast<byte, int>(buffer.Reserve(DecimalSize)));
    }

    public static void Write(ByteBuffer buffer, BigInteger number)
    {
        var size = number.GetByteCount();
        buffer.WriteKind(ValueKind.BigInteger);
        buffer.WriteCount(size);
        number.TryWriteBytes(buffer.Reserve(size), out _);
    }

    /// <summary>Reads a number.</summary>
    /// <param name="kind">Its kind, already read; one of those of numbers.</param>
    /// <param name="cursor">Stands behind the kind.</param>
    public static object Read(ValueKind kind, ref ByteCursor cursor) => kind switch
    {
        ValueKind.SByte => cursor.Read<sbyte>(),
        ValueKind.Byte => cursor.ReadByte(),
        ValueKind.Int16 => cursor.Read<short>(),
        ValueKind.UInt16 => cursor.Read<ushort>(),
        ValueKind.Int32 => cursor.Read<int>(),
        ValueKind.UInt32 => cursor.Read<uint>(),
        ValueKind.Int64 => cursor.Read<long>(),
        ValueKind.UInt64 => cursor.Read<ulong>(),
        ValueKind.Int128 => cursor.Read<Int128>(),
        ValueKind.UInt128 => cursor.Read<UInt128>(),
        ValueKind.BigInteger => ReadBigInteger(ref cursor),
        ValueKind.Half => cursor.Read<Half>(),
        ValueKind.Single => cursor.Read<float>(),
        ValueKind.Double => cursor.Read<double>(),

        // One arm must say object, or the compiler looks for a type that all of them convert to.
        ValueKind.Decimal => (object)ReadDecimal(ref cursor),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no kind of number."),
    };

    public static decimal ReadDecimal(ref ByteCursor cursor)
    {
        var (low, mid, high, flags) = (cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>());
        var scale = (flags >> 16) & 0xFF;
        return (flags & 0x7F00FFFF) == 0 && scale <= MaxDecimalScale
            ? new decimal(low, mid, high, flags < 0, (byte)scale)
            : throw ValueFaults.OutOfRange(ValueKind.Decimal);
    }

    public static BigInteger ReadBigInteger(ref ByteCursor cursor) => new(cursor.ReadBytes(cursor.ReadCount()));

    /// <summary>Moves past a <see cref="BigInteger"/>, and checks that it has the fewest bytes.</summary>
    public static void CheckBigInteger(ref ByteCursor cursor)
    {
        var bytes = cursor.ReadBytes(cursor.ReadCount());

        // A last byte that only repeats the sign is one too many.
        var isShortest = bytes is [_] || (bytes is [.., var last, var sign] && !(sign == 0 && last < 0x80) && !(sign == 0xFF && last >= 0x80));
        if (!isShortest)
        {
            throw ValueFaults.OutOfRange(ValueKind.BigInteger);
        }
    }

    /// <summary>Moves past a <see cref="BigInteger"/>, the only number without a fixed size.</summary>
    public static void SkipBigInteger(ref ByteCursor cursor) => cursor.ReadBytes(cursor.ReadCount());
}
