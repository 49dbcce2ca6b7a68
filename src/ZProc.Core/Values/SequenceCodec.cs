using System.Collections;

namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes arrays and lists: the element type, the count of items, and the items. An <see cref="ArrayList"/> has no
/// element type. <see cref="BulkElementType{T}"/> and <see cref="ItemElementType{T}"/> are the two forms of the items.
/// </summary>
internal static class SequenceCodec
{
    public static void WriteArray(ValueEncoder encoder, Array array)
    {
        var type = array.GetType();
        if (!type.IsSZArray)
        {
            throw encoder.Containers.NotSupported("is an array of several dimensions. Use an array of arrays");
        }

        encoder.Buffer.WriteKind(ValueKind.Array);
        if (WriteElementType(encoder, type.GetElementType()!) is { } element)
        {
            element.WriteArray(encoder, array);
        }
        else
        {
            WriteItems(encoder, array);
        }
    }

    /// <summary>Writes a <see cref="List{T}"/>.</summary>
    public static void WriteList(ValueEncoder encoder, IList list, Type itemType)
    {
        encoder.Buffer.WriteKind(ValueKind.List);
        if (WriteElementType(encoder, itemType) is { } element)
        {
            element.WriteList(encoder, list);
        }
        else
        {
            WriteItems(encoder, list);
        }
    }

    public static void WriteArrayList(ValueEncoder encoder, ArrayList list)
    {
        encoder.Buffer.WriteKind(ValueKind.ArrayList);
        WriteItems(encoder, list);
    }

    public static Array ReadArray(ref ValueDecoder decoder)
    {
        var element = ElementTypeCodec.Read(ref decoder);
        return element.ReadArray(ref decoder, decoder.Cursor.ReadCount());
    }

    public static IList ReadList(ref ValueDecoder decoder)
    {
        var element = ElementTypeCodec.Read(ref decoder);
        return element.ReadList(ref decoder, decoder.Cursor.ReadCount());
    }

    public static ArrayList ReadArrayList(ref ValueDecoder decoder)
    {
        var count = decoder.Cursor.ReadCount();
        var list = new ArrayList(count);
        for (var i = 0; i < count; i++)
        {
            list.Add(decoder.Read());
        }

        return list;
    }

    /// <summary>Writes an element type, <see cref="ElementTypes.Any"/> for one that does not travel.</summary>
    /// <returns>The element type; null for one that does not travel, whose items are written as a list of anything.</returns>
    private static ElementType? WriteElementType(ValueEncoder encoder, Type type)
    {
        var element = ElementTypes.Of(type);
        ElementTypeCodec.Write(encoder.Buffer, element ?? ElementTypes.Any);
        return element;
    }

    private static void WriteItems(ValueEncoder encoder, IList list)
    {
        var count = list.Count;
        encoder.Buffer.WriteCount(count);
        encoder.Containers.Enter(list);
        for (var i = 0; i < count; i++)
        {
            encoder.Containers.Index = i;
            encoder.Write(Get(encoder, list, i));
        }

        encoder.Containers.Leave();
    }

    private static object? Get(ValueEncoder encoder, IList list, int index)
    {
        try
        {
            return list[index];
        }
        catch (ArgumentOutOfRangeException)
        {
            throw encoder.Containers.Changed();
        }
    }
}
