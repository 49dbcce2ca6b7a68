using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>Items that are stored as they lie in memory, in one piece. Every pattern of bits must be a valid <typeparamref name="T"/>.</summary>
internal sealed class BulkElementType<T>(ValueKind kind) : ElementType(typeof(T), kind)
    where T : unmanaged
{
    public override int ItemSize => Unsafe.SizeOf<T>();

    public override void WriteArray(ValueEncoder encoder, Array array) => Write(encoder, (T[])array);

    public override void WriteList(ValueEncoder encoder, IList list) => Write(encoder, CollectionsMarshal.AsSpan((List<T>)list));

    public override Array ReadArray(ref ValueDecoder decoder, int count)
    {
        var array = GC.AllocateUninitializedArray<T>(count);
        decoder.Cursor.ReadBytes(count * ItemSize).CopyTo(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }

    public override IList ReadList(ref ValueDecoder decoder, int count)
    {
        var list = new List<T>(count);
        CollectionsMarshal.SetCount(list, count);
        decoder.Cursor.ReadBytes(count * ItemSize).CopyTo(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(list)));
        return list;
    }

    private static void Write(ValueEncoder encoder, ReadOnlySpan<T> items)
    {
        encoder.Buffer.WriteCount(items.Length);
        encoder.Buffer.WriteBulk(items);
    }
}
