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

    public static object Read(ref ByteCursor cursor)
    {
        var name = TextCodec.Read(ref cursor);
        var number = NumberCodec.Read(ReadUnderlyingKind(ref cursor), ref cursor);
        return EnumTypes.Find(name) is { } type && Enum.GetUnderlyingType(type) == number.GetType()
            ? Enum.ToObject(type, number)
            : new UnknownEnum(name, number);
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
