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
    public static ElementType Read(ref ByteCursor cursor) => ReadLoaded(ref cursor, nestedArrays: 0) ?? ElementTypes.Any;

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

    private static ElementType? ReadLoaded(ref ByteCursor cursor, int nestedArrays)
    {
        var kind = cursor.ReadKind();
        switch (kind)
        {
            case ValueKind.Enum:
                return EnumTypes.Find(TextCodec.Read(ref cursor)) is { } type ? ElementTypes.OfEnum(type) : null;
            case ValueKind.Array when nestedArrays < ElementTypes.MaxNestedArrays:
                return ReadLoaded(ref cursor, nestedArrays + 1) is { } inner ? ElementTypes.OfArraysOf(inner) : null;
            default:
                return ElementTypes.OfKind(kind);
        }
    }
}
