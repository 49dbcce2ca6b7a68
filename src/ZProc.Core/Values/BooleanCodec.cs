namespace ZProc.Core.Values;

/// <summary>Encodes and decodes booleans: one byte, 0 or 1.</summary>
internal static class BooleanCodec
{
    private static readonly EncodedValue EncodedTrue = new([(byte)ValueKind.Boolean, 1]);
    private static readonly EncodedValue EncodedFalse = new([(byte)ValueKind.Boolean, 0]);
    private static readonly object BoxedTrue = true;
    private static readonly object BoxedFalse = false;

    /// <summary>The whole encoding, without a new array.</summary>
    public static EncodedValue Encode(bool truth) => truth ? EncodedTrue : EncodedFalse;

    public static void Write(ByteBuffer buffer, bool truth) => buffer.WriteFixed(ValueKind.Boolean, (byte)(truth ? 1 : 0));

    public static object Read(ref ByteCursor cursor) => cursor.ReadByte() switch
    {
        0 => BoxedFalse,
        1 => BoxedTrue,
        _ => throw ValueFaults.OutOfRange(ValueKind.Boolean),
    };
}
