namespace ZProc.Core.Values;

/// <summary>
/// Turns values into bytes and back, type included, without help from reflection, and into the same bytes wherever they are equal.
/// A value is its <see cref="ValueKind"/> followed by what that kind needs.
/// </summary>
/// <remarks>
/// The encoding is our own, and not MessagePack as around it, since it must do what MessagePack's writer cannot: give every value
/// exactly one form, order entries after they were written, hold any UTF-16, and be worked on in place by <see cref="ValueArithmetic"/>.
/// </remarks>
public static class ValueCodec
{
    private static readonly EncodedValue True = new([(byte)ValueKind.Boolean, 1]);
    private static readonly EncodedValue False = new([(byte)ValueKind.Boolean, 0]);

    /// <summary>Encodes a value.</summary>
    /// <param name="value">The value. It must not change meanwhile.</param>
    /// <param name="foreign">Knows about more types; without it, those are refused.</param>
    /// <param name="limits">How large it may be; <see cref="ValueLimits.Default"/> if null.</param>
    /// <exception cref="FaultException">
    /// <see cref="Fault.ValueNotSupported"/>: something in it does not travel, it contains itself or is nested too deep; the path is the target.
    /// <see cref="Fault.ValueTooLarge"/>: it is too large; nothing near the limit was allocated for nothing.
    /// </exception>
    public static EncodedValue Encode(object? value, IForeignValues? foreign = null, ValueLimits? limits = null) => value switch
    {
        null => default,
        bool truth => truth ? True : False,
        int number => EncodeInt32(number),
        _ => ValueEncoder.Encode(value, foreign, limits ?? ValueLimits.Default),
    };

    /// <summary>Makes the value again: new objects each time.</summary>
    /// <param name="value">The encoding, from wherever.</param>
    /// <param name="foreign">Rebuilds objects of its layer; without it, their stand-ins are the result.</param>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are no value.</exception>
    public static object? Decode(EncodedValue value, IForeignValues? foreign = null) => ValueDecoder.Decode(value.Bytes.Span, foreign);

    /// <inheritdoc cref="Decode(EncodedValue, IForeignValues?)"/>
    public static object? Decode(ReadOnlyMemory<byte> value, IForeignValues? foreign = null) => ValueDecoder.Decode(value.Span, foreign);

    /// <summary>
    /// Checks that bytes are one well-formed value, without making it: for a server that passes on what it never decodes.
    /// Decoding may still refuse a number out of its type's range, a bad pattern, or equal keys.
    /// </summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: they are not.</exception>
    public static void Validate(ReadOnlySpan<byte> value)
    {
        var cursor = new ByteCursor(value);
        ValueWalker.Skip(ref cursor);
        if (cursor.Remaining != 0)
        {
            throw ValueFaults.Malformed("there is more behind the value");
        }
    }

    private static EncodedValue EncodeInt32(int number)
    {
        var bytes = new byte[5];
        bytes[0] = (byte)ValueKind.Int32;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), number);
        return new EncodedValue(bytes);
    }
}
