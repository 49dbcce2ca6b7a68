namespace ZProc.Output;

/// <summary>A run of consecutive output items: the unit in which output goes to a file and comes back.</summary>
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

    /// <summary>What the items take in memory, roughly.</summary>
    public int Size { get; private set; }

    /// <summary>Whether more would make it too large to move at once.</summary>
    public bool IsFull => Size >= FullSize || IsSpooled;

    /// <summary>Whether every item is encoded, so that it can leave memory.</summary>
    public bool IsEncoded => _items!.TrueForAll(item => !item.Encoded.IsEmpty);

    /// <summary>Whether the items are in memory.</summary>
    public bool IsLoaded => _items is not null;

    /// <summary>Whether the items are in the file, too.</summary>
    public bool IsSpooled { get; private set; }

    /// <summary>Where the items are in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>How long they are there.</summary>
    public int PackedLength { get; private set; }

    /// <summary>The item of a number.</summary>
    public OutputItem this[long number] => _items![(int)(number - First) + _dropped];

    public void Add(OutputItem item)
    {
        _items!.Add(item);
        _end++;
        Size += SizeOf(item);
    }

    /// <summary>Forgets the items before a number.</summary>
    /// <returns>The size of what was forgotten.</returns>
    public int DropBefore(long number)
    {
        var size = 0;
        for (; First < number; First++)
        {
            size += SizeOf(_items![_dropped]);
            _items[_dropped++] = default; // the list is not moved up: that would cost as much as it holds, each time
        }

        Size -= size;
        return size;
    }

    /// <summary>The items as bytes.</summary>
    public byte[] Pack() => OutputPacket.Pack(_items!.Skip(_dropped).ToArray());

    /// <summary>Leaves memory for a place in the file.</summary>
    public void Unload((long Offset, int Length) place)
    {
        (Offset, PackedLength) = place;
        IsSpooled = true;
        _items = null;
        _dropped = 0;
    }

    /// <summary>Leaves memory again, where the file has it all.</summary>
    /// <returns>Whether it did.</returns>
    public bool TryUnload()
    {
        if (!IsSpooled || _dropped > 0)
        {
            return false;
        }

        _items = null;
        return true;
    }

    /// <summary>Comes back to memory.</summary>
    public void Load(ReadOnlyMemory<byte> packed) => _items = [.. OutputPacket.Unpack(packed)];

    private static int SizeOf(OutputItem item) => ItemOverhead + item.Encoded.Length;
}
