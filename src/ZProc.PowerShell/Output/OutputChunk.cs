namespace ZProc.Output;

/// <summary>Consecutive output items: the unit in which output goes to a file and comes back.</summary>
internal sealed class OutputChunk
{
    private const int FullSize = 128 * 1024;
    private const int ItemOverhead = 96;
    private List<OutputItem>? _items = [];
    private int _dropped;
    private long _end;

    public OutputChunk(long first)
    {
        First = first;
        _end = first;
    }

    /// <summary>The number of the first item that has not been dropped.</summary>
    public long First { get; private set; }

    /// <summary>The number after the last item.</summary>
    public long End => _end;

    /// <summary>The estimated size of the items in memory, in bytes.</summary>
    public int Size { get; private set; }

    /// <summary>Whether the chunk takes no more items.</summary>
    public bool IsFull => Size >= FullSize || IsSpooled;

    /// <summary>Whether every item is encoded, so that it can leave memory.</summary>
    public bool IsEncoded => _items!.TrueForAll(item => !item.Encoded.IsEmpty);

    /// <summary>Whether the items are in memory.</summary>
    public bool IsLoaded => _items is not null;

    /// <summary>Whether the file has the items, besides memory or alone.</summary>
    public bool IsSpooled { get; private set; }

    /// <summary>The offset of the items in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>The length of the items in the file.</summary>
    public int PackedLength { get; private set; }

    /// <summary>The item with a number.</summary>
    public OutputItem this[long number] => _items![(int)(number - First) + _dropped];

    public void Add(OutputItem item)
    {
        _items!.Add(item);
        _end++;
        Size += SizeOf(item);
    }

    /// <summary>Replaces the item with a number, in memory.</summary>
    /// <returns>By how much the size grew.</returns>
    public int Replace(long number, OutputItem item)
    {
        var index = (int)(number - First) + _dropped;
        var growth = SizeOf(item) - SizeOf(_items![index]);
        _items[index] = item;
        Size += growth;
        return growth;
    }

    /// <summary>Drops the items before a number.</summary>
    /// <returns>The size of the dropped items.</returns>
    public int DropBefore(long number)
    {
        var size = 0;
        for (; First < number; First++)
        {
            size += SizeOf(_items![_dropped]);
            _items[_dropped++] = default; // removing from a list would move all items behind
        }

        Size -= size;
        return size;
    }

    /// <summary>The items as bytes.</summary>
    public byte[] Pack() => OutputPacket.Pack(_items!.Skip(_dropped).ToArray());

    /// <summary>Frees the memory of items that are now in the file.</summary>
    public void Unload((long Offset, int Length) place)
    {
        (Offset, PackedLength) = place;
        IsSpooled = true;
        _items = null;
        _dropped = 0;
    }

    /// <summary>Frees the memory of items that the file has, too.</summary>
    /// <returns>Whether memory was freed.</returns>
    public bool TryUnload()
    {
        if (!IsSpooled || _dropped > 0)
        {
            return false;
        }

        _items = null;
        return true;
    }

    /// <summary>Takes the items back into memory.</summary>
    public void Load(ReadOnlyMemory<byte> packed) => _items = [.. OutputPacket.Unpack(packed)];

    private static int SizeOf(OutputItem item) => ItemOverhead + item.Encoded.Length;
}
