namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes members of enumerations: the name of the type, then the number as a value of the underlying type, which is
/// an integer of at most 64 bits. A type that is not loaded gives an <see cref="UnknownEnum"/>.
/// </summary>
internal static class EnumCodec
{
    public static void Write(ValueEncoder encoder, Enum member)
    {
        var type = member.GetType();
        TextCodec.Write(encoder.Buffer, ValueKind.Enum, EnumTypes.NameOf(type));
        encoder.Write(Convert.ChangeType(member, Enum.GetUnderlyingType(type), null));
    }

    public static void Write(ValueEncoder encoder, UnknownEnum member)
    {
        TextCodec.Write(encoder.Buffer, ValueKind.Enum, member.TypeName);
        encoder.Write(member.Value);
    }

    public static object Read(ref ValueDecoder decoder)
    {
        var name = TextCodec.Read(ref decoder.Cursor);
        var number = NumberCodec.Read(ReadUnderlyingKind(ref decoder.Cursor), ref decoder.Cursor);
        return decoder.FindEnum(name) is { } type && Enum.GetUnderlyingType(type) == number.GetType()
            ? Enum.ToObject(type, number)
            : new UnknownEnum(name, number);
    }

    /// <summary>Moves past a member.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: its name is no text, or it has no number.</exception>
    public static void Check(ref ByteCursor cursor)
    {
        TextCodec.Check(ref cursor);
        cursor.ReadBytes(ReadUnderlyingKind(ref cursor).FixedSize());
    }

    public static void Skip(ref ByteCursor cursor)
    {
        TextCodec.Skip(ref cursor);
        cursor.ReadBytes(ReadUnderlyingKind(ref cursor).FixedSize());
    }

    private static ValueKind ReadUnderlyingKind(ref ByteCursor cursor) =>
        cursor.ReadKind() is >= ValueKind.SByte and <= ValueKind.UInt64 and var kind
            ? kind
            : throw ValueFaults.Malformed("an enumeration has no number");
}
