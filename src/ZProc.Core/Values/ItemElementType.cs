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
            array[i] = Read(ref decoder);
        }

        return array;
    }

    public override IList ReadList(ref ValueDecoder decoder, int count)
    {
        var list = new List<T>(count);
        for (var i = 0; i < count; i++)
        {
            list.Add(Read(ref decoder));
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

    private static T Read(ref ValueDecoder decoder) => decoder.Read() switch
    {
        T item => item,
        null when default(T) is null => default!,
        var other => throw ValueFaults.Malformed($"a {other?.GetType().Name ?? "null"} is among elements of type {typeof(T).Name}"),
    };
}
