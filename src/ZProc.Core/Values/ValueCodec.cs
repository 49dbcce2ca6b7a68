namespace ZProc.Core.Values;

/// <summary>
/// Turns values into bytes and back, type included. Equal values of one type have equal bytes. An encoding is a
/// <see cref="ValueKind"/> followed by the payload that the kind needs; <c>docs/values.md</c> describes every one, and
/// <c>…Codec.cs</c> in this folder is the code for it.
/// </summary>
/// <remarks>
/// Messages are MessagePack. Values have an encoding of their own, because it does four things that MessagePack's writer cannot: every
/// value has exactly one form, entries can be ordered after they were written, a text holds any UTF-16, and the server can add,
/// append and merge without decoding.
/// </remarks>
public static class ValueCodec
{
    /// <summary>Encodes a value.</summary>
    /// <param name="value">The value. No other thread may change it meanwhile.</param>
    /// <param name="foreign">Converts objects of its layer; null refuses them.</param>
    /// <param name="limits">How large the encoding may be; <see cref="ValueLimits.Default"/> if null.</param>
    /// <exception cref="FaultException">
    /// <see cref="Fault.ValueNotSupported"/>: a part of the value does not travel, contains itself or is nested too deep; the target is its path.
    /// <see cref="Fault.ValueTooLarge"/>: the value is too large.
    /// </exception>
    public static EncodedValue Encode(object? value, IForeignValues? foreign = null, ValueLimits? limits = null) => value switch
    {
        null => default,
        bool truth => BooleanCodec.Encode(truth),
        int number => NumberCodec.Encode(number),
        _ => ValueEncoder.Encode(value, foreign, limits ?? ValueLimits.Default),
    };

    /// <summary>Decodes a value: new objects each time.</summary>
    /// <param name="value">The encoding, which need not be trusted.</param>
    /// <param name="foreign">Makes objects of its layer; null leaves the stand-ins.</param>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are no value.</exception>
    public static object? Decode(EncodedValue value, IForeignValues? foreign = null) => ValueDecoder.Decode(value.Bytes.Span, foreign);

    /// <inheritdoc cref="Decode(EncodedValue, IForeignValues?)"/>
    public static object? Decode(ReadOnlyMemory<byte> value, IForeignValues? foreign = null) => ValueDecoder.Decode(value.Span, foreign);

    /// <summary>
    /// Checks that bytes are one value: for a server that passes values on. Every reader can decode what passes, and what
    /// passes is what <see cref="Encode"/> writes. Decoding makes the same check.
    /// </summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are no value.</exception>
    public static void Validate(ReadOnlySpan<byte> value) => ValueValidator.Check(value);
}
