namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes the element type of an array or list: its kind. The name of the type follows an <see cref="ValueKind.Enum"/>,
/// the inner element type an <see cref="ValueKind.Array"/>.
/// </summary>
internal static class ElementTypeCodec
{
    public static void Write(ByteBuffer buffer, ElementType element)
    {
        buffer.WriteKind(element.Kind);
        if (element.Kind == ValueKind.Enum)
        {
            TextCodec.Write(buffer, EnumTypes.NameOf(element.Type));
        }
        else if (element.Kind == ValueKind.Array)
        {
            Write(buffer, ElementTypes.Of(element.Type.GetElementType()!)!);
        }
    }

    /// <summary>Reads an element type. <see cref="ElementTypes.Any"/> stands for one with an enumeration that is not loaded.</summary>
    public static ElementType Read(ref ValueDecoder decoder) => ReadLoaded(ref decoder, nestedArrays: 0) ?? ElementTypes.Any;

    /// <summary>Moves past an element type, as <see cref="Skip"/> does, and checks the name in it.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static int Check(ref ByteCursor cursor)
    {
        var names = cursor;
        var size = Skip(ref cursor);
        while (names.Position < cursor.Position)
        {
            if (names.ReadKind() == ValueKind.Enum)
            {
                TextCodec.Check(ref names);
            }
        }

        return size;
    }

    /// <summary>Whether an item is of an element type. The encoding of every value of a type starts with the bytes that name the type.</summary>
    /// <param name="item">The encoding of the item.</param>
    /// <param name="element">The kind of the element type.</param>
    /// <param name="elementType">The bytes of the element type.</param>
    public static bool Fits(ReadOnlySpan<byte> item, ValueKind element, ReadOnlySpan<byte> elementType) =>
        element == ValueKind.Object || item.StartsWith(elementType) || (item[0] == (byte)ValueKind.Null && element.IsReferenceType());

    /// <summary>Moves past an element type.</summary>
    /// <returns>Its <see cref="ElementType.ItemSize"/>.</returns>
    public static int Skip(ref ByteCursor cursor)
    {
        var kind = cursor.ReadKind();
        var nestedArrays = 0;
        while (kind == ValueKind.Array && nestedArrays < ElementTypes.MaxNestedArrays)
        {
            kind = cursor.ReadKind();
            nestedArrays++;
        }

        if (kind == ValueKind.Enum)
        {
            TextCodec.Skip(ref cursor);
            return 0;
        }

        var size = ElementTypes.OfKind(kind).ItemSize;
        return nestedArrays == 0 ? size : 0;
    }

    private static ElementType? ReadLoaded(ref ValueDecoder decoder, int nestedArrays)
    {
        var kind = decoder.Cursor.ReadKind();
        switch (kind)
        {
            case ValueKind.Enum:
                return decoder.FindEnum(TextCodec.Read(ref decoder.Cursor)) is { } type ? ElementTypes.OfEnum(type) : null;
            case ValueKind.Array when nestedArrays < ElementTypes.MaxNestedArrays:
                return ReadLoaded(ref decoder, nestedArrays + 1) is { } inner ? ElementTypes.OfArraysOf(inner) : null;
            default:
                return ElementTypes.OfKind(kind);
        }
    }
}
