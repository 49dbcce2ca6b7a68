using System.Collections;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>Items that are stored as values, each with its own kind.</summary>
internal sealed class ItemElementType<T>(ValueKind kind) : ElementType(typeof(T), kind)
{
    public override int ItemSize => 0;

    public override void WriteArray(ValueEncoder encoder, Array array) => Write(encoder, (T[])array, array);

    public override void WriteList(ValueEncoder encoder, IList list) => Write(encoder, CollectionsMarshal.AsSpan((List<T>)list), list);

    public override Array ReadArray(ref ValueDecoder decoder, int count)
    {
        var array = new T[count];
        for (var i = 0; i < count; i++)
        {
            switch (decoder.Read())
            {
                case T item:
                    array[i] = item;
                    break;
                case null when default(T) is null:
                    break;
                case var other:
                    return ReadMixed(ref decoder, array.AsSpan(0, i), other, count).ToArray();
            }
        }

        return array;
    }

    public override IList ReadList(ref ValueDecoder decoder, int count)
    {
        var list = new List<T>(count);
        for (var i = 0; i < count; i++)
        {
            switch (decoder.Read())
            {
                case T item:
                    list.Add(item);
                    break;
                case null when default(T) is null:
                    list.Add(default!);
                    break;
                case var other:
                    return ReadMixed(ref decoder, CollectionsMarshal.AsSpan(list), other, count);
            }
        }

        return list;
    }

    private static void Write(ValueEncoder encoder, ReadOnlySpan<T> items, object container)
    {
        encoder.Buffer.WriteCount(items.Length);
        encoder.Containers.Enter(container);
        for (var i = 0; i < items.Length; i++)
        {
            encoder.Containers.Index = i;
            encoder.Write(items[i]);
        }

        encoder.Containers.Leave();
    }

    /// <summary>
    /// Reads the rest of a list that takes any item: the writer's enumeration has the name of one that is loaded here, but
    /// other numbers, so its members are no members here.
    /// </summary>
    private static List<object?> ReadMixed(ref ValueDecoder decoder, ReadOnlySpan<T> items, object? other, int count)
    {
        var list = new List<object?>(count);
        foreach (var item in items)
        {
            list.Add(item);
        }

        list.Add(other);
        while (list.Count < count)
        {
            list.Add(decoder.Read());
        }

        return list;
    }
}
