using System.Numerics;

namespace ZProc.Core.Values;

/// <summary>Finds equal keys among the encoded entries of one dictionary, or equal names among those of a property bag.</summary>
internal static class KeyCheck
{
    /// <summary>Up to this many entries each key is compared with every other one, which needs no memory.</summary>
    private const int Few = 16;

    /// <summary>Spreads hash codes that differ only in some of their bits: 2^32 divided by the golden ratio.</summary>
    private const uint Spread = 2654435769;

    /// <summary>Whether every key comes before the next one in the order of their bytes, and none is there twice.</summary>
    public static bool AreAscending(ReadOnlySpan<byte> bytes, ReadOnlySpan<EntryRange> entries)
    {
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i - 1].Key(bytes).SequenceCompareTo(entries[i].Key(bytes)) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether two keys are equal.</summary>
    /// <param name="bytes">The bytes that the entries are in.</param>
    /// <param name="entries">The entries. Their keys are well-formed.</param>
    /// <param name="ignoresCase">Whether texts are compared without case.</param>
    /// <param name="ascending">Whether <see cref="AreAscending"/> holds: equal bytes need no search then.</param>
    public static bool HasEqual(ReadOnlySpan<byte> bytes, ReadOnlySpan<EntryRange> entries, bool ignoresCase, bool ascending)
    {
        if (entries.Length > Few)
        {
            return HasEqualOfMany(bytes, entries, ignoresCase, ascending);
        }

        for (var i = 1; i < entries.Length; i++)
        {
            var key = entries[i].Key(bytes);
            if (ascending && IsExact((ValueKind)key[0], ignoresCase))
            {
                continue;
            }

            for (var j = 0; j < i; j++)
            {
                if (AreEqual(key, entries[j].Key(bytes), ignoresCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether keys of a kind are equal only where their bytes are.</summary>
    private static bool IsExact(ValueKind kind, bool ignoresCase) => kind switch
    {
        ValueKind.String => !ignoresCase,
        ValueKind.Half or ValueKind.Single or ValueKind.Double or ValueKind.Decimal => false,
        ValueKind.DateTime or ValueKind.DateTimeOffset or ValueKind.Uri => false,
        _ => true,
    };

    private static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoresCase)
    {
        var kind = (ValueKind)left[0];
        if (kind != (ValueKind)right[0])
        {
            return false;
        }

        return IsExact(kind, ignoresCase) ? left.SequenceEqual(right)
            : kind == ValueKind.String ? TextCodec.AreEqualIgnoringCase(left[1..], right[1..])
            : left.SequenceEqual(right) || Equals(ValueDecoder.ReadKey(left), ValueDecoder.ReadKey(right));
    }

    private static bool HasEqualOfMany(ReadOnlySpan<byte> bytes, ReadOnlySpan<EntryRange> entries, bool ignoresCase, bool ascending)
    {
        // A hash table: the number of an entry, plus one, is at the place that the key's hash code gives or at the next free place. The
        // hash codes are not predictable, so other keys with the same place are few.
        var shift = BitOperations.LeadingZeroCount((uint)entries.Length) - 1;
        int[]? places = null;
        for (var i = 0; i < entries.Length; i++)
        {
            var key = entries[i].Key(bytes);
            if (ascending && IsExact((ValueKind)key[0], ignoresCase))
            {
                continue;
            }

            places ??= new int[1 << (32 - shift)];
            var place = (int)((uint)HashOf(key, ignoresCase) * Spread >> shift);
            for (; places[place] != 0; place = (place + 1) % places.Length)
            {
                if (AreEqual(key, entries[places[place] - 1].Key(bytes), ignoresCase))
                {
                    return true;
                }
            }

            places[place] = i + 1;
        }

        return false;
    }

    private static int HashOf(ReadOnlySpan<byte> key, bool ignoresCase)
    {
        var kind = (ValueKind)key[0];
        if (IsExact(kind, ignoresCase))
        {
            var hash = new HashCode();
            hash.AddBytes(key);
            return hash.ToHashCode();
        }

        return kind == ValueKind.String ? TextCodec.HashIgnoringCase(key[1..]) : KeyComparer.For(ignoresCase).GetHashCode(ValueDecoder.ReadKey(key));
    }
}
