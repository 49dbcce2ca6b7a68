namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes members of enumerations: the name of the type, then the number as a value of the underlying type, which is
/// an integer of at most 64 bits, then the name of the member. A type that is not loaded gives an <see cref="UnknownEnum"/>.
/// </summary>
internal static class EnumCodec
{
    public static void Write(ValueEncoder encoder, Enum member)
    {
        var type = member.GetType();
        TextCodec.Write(encoder.Buffer, ValueKind.Enum, EnumTypes.NameOf(type));
        encoder.Write(Convert.ChangeType(member, Enum.GetUnderlyingType(type), null));
        var name = member.ToString();
        TextCodec.Write(encoder.Buffer, char.IsAsciiDigit(name[0]) || name[0] == '-' ? string.Empty : name);
    }

    public static void Write(ValueEncoder encoder, UnknownEnum member)
    {
        TextCodec.Write(encoder.Buffer, ValueKind.Enum, member.TypeName);
        encoder.Write(member.Value);
        TextCodec.Write(encoder.Buffer, member.Name);
    }

    public static object Read(ref ValueDecoder decoder)
    {
        var typeName = TextCodec.Read(ref decoder.Cursor);
        var number = NumberCodec.Read(ReadUnderlyingKind(ref decoder.Cursor), ref decoder.Cursor);
        var name = TextCodec.Read(ref decoder.Cursor);
        return decoder.FindEnum(typeName) is { } type && Enum.GetUnderlyingType(type) == number.GetType()
            ? Enum.ToObject(type, number)
            : new UnknownEnum(typeName, number, name);
    }

    /// <summary>
    /// Whether a value equals a member as PowerShell compares the two: a number that is equal to the member's, the member's name in any
    /// case, or a member of the same type with the same number.
    /// </summary>
    /// <param name="member">The payload of the member.</param>
    /// <param name="kind">The kind of the value.</param>
    /// <param name="value">The payload of the value.</param>
    public static bool IsEqual(ReadOnlySpan<byte> member, ValueKind kind, ReadOnlySpan<byte> value)
    {
        var cursor = new ByteCursor(member);
        var typeName = TextCodec.Read(ref cursor);
        var underlying = ReadUnderlyingKind(ref cursor);
        var number = Number.Read(underlying, cursor.ReadBytes(underlying.FixedSize()));
        if (kind.IsNumber())
        {
            return Number.AreEqual(number, Number.Read(kind, value));
        }

        var other = new ByteCursor(value);
        if (kind == ValueKind.String)
        {
            var name = TextCodec.Read(ref cursor);
            return name.Length > 0 && name.Equals(TextCodec.Read(ref other), StringComparison.OrdinalIgnoreCase);
        }

        if (kind != ValueKind.Enum || TextCodec.Read(ref other) != typeName)
        {
            return false;
        }

        var otherKind = ReadUnderlyingKind(ref other);
        return Number.AreEqual(number, Number.Read(otherKind, other.ReadBytes(otherKind.FixedSize())));
    }

    /// <summary>Moves past a member.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: one of its names is no text, or it has no number.</exception>
    public static void Check(ref ByteCursor cursor)
    {
        TextCodec.Check(ref cursor);
        cursor.ReadBytes(ReadUnderlyingKind(ref cursor).FixedSize());
        TextCodec.Check(ref cursor);
    }

    public static void Skip(ref ByteCursor cursor)
    {
        TextCodec.Skip(ref cursor);
        cursor.ReadBytes(ReadUnderlyingKind(ref cursor).FixedSize());
        TextCodec.Skip(ref cursor);
    }

    private static ValueKind ReadUnderlyingKind(ref ByteCursor cursor) =>
        cursor.ReadKind() is >= ValueKind.SByte and <= ValueKind.UInt64 and var kind
            ? kind
            : throw ValueFaults.Malformed("an enumeration has no number");
}
