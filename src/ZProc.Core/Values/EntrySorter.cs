using System.Buffers;

namespace ZProc.Core.Values;

/// <summary>Brings entries that were written one after another into the order of their keys' bytes, so that equal dictionaries have equal encodings.</summary>
internal sealed class EntrySorter(ByteBuffer buffer) : IComparer<EntryRange>
{
    /// <summary>Up to this many entries a simple sort takes microseconds.</summary>
    private const int Few = 64;

    /// <summary>Sorts entries in the buffer.</summary>
    /// <param name="entries">The entries, adjacent and in the order in which they were written. Their own order changes, too.</param>
    public void Sort(Span<EntryRange> entries)
    {
        if (entries.Length < 2)
        {
            return;
        }

        var start = entries[0].Start;
        var region = buffer.Written[start..entries[^1].End];
        if (entries.Length <= Few)
        {
            SortFew(entries);
        }
        else
        {
            entries.Sort(this);
        }

        var copy = ArrayPool<byte>.Shared.Rent(region.Length);
        region.CopyTo(copy);
        var position = 0;
        foreach (var entry in entries)
        {
            var size = entry.End - entry.Start;
            copy.AsSpan(entry.Start - start, size).CopyTo(region[position..]);
            position += size;
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>Inserts each entry at its place. The sort of .NET would have to be compiled in each new process, for its first dictionary.</summary>
    private void SortFew(Span<EntryRange> entries)
    {
        var bytes = buffer.Written;
        for (var i = 1; i < entries.Length; i++)
        {
            var entry = entries[i];
            var place = i;
            for (; place > 0 && entry.Key(bytes).SequenceCompareTo(entries[place - 1].Key(bytes)) < 0; place--)
            {
                entries[place] = entries[place - 1];
            }

            entries[place] = entry;
        }
    }

    int IComparer<EntryRange>.Compare(EntryRange x, EntryRange y)
    {
        var bytes = buffer.Written;
        return x.Key(bytes).SequenceCompareTo(y.Key(bytes));
    }
}
