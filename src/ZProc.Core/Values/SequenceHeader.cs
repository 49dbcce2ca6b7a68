using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>The part of an encoded array or list before its items.</summary>
/// <param name="Element">The kind of its element type.</param>
/// <param name="ItemSize">The size of an item that is stored without its kind; 0 where each is a value of its own.</param>
/// <param name="Count">The number of items.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SequenceHeader(ValueKind Element, int ItemSize, int Count)
{
    /// <summary>Moves from behind the kind to the first item.</summary>
    public static SequenceHeader Read(ref ByteCursor cursor, ValueKind kind)
    {
        var (element, itemSize) = (ValueKind.Object, 0);
        if (kind != ValueKind.ArrayList)
        {
            element = cursor.PeekKind();
            itemSize = ElementTypeCodec.Skip(ref cursor);
        }

        return new SequenceHeader(element, itemSize, cursor.ReadCount(Math.Max(1, itemSize)));
    }

    /// <summary>Moves past the next item.</summary>
    /// <returns>Its bytes behind the kind.</returns>
    public ReadOnlySpan<byte> Next(ref ByteCursor cursor, out ValueKind kind)
    {
        if (ItemSize > 0)
        {
            kind = Element;
            return cursor.ReadBytes(ItemSize);
        }

        var start = cursor.Position;
        ValueWalker.Skip(ref cursor);
        var item = cursor.Since(start);
        kind = (ValueKind)item[0];
        return item[1..];
    }
}
