using System.Collections;
using System.Collections.Specialized;

namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes dictionaries: a byte, 1 where keys ignore case and else 0, then the count of entries, then each entry's key
/// and value. A type without an order of its own has its entries in the order of the keys' bytes.
/// </summary>
internal static class DictionaryCodec
{
    public static void Write(ValueEncoder encoder, Hashtable table) =>
        Write(encoder, ValueKind.Hashtable, table, DictionaryComparers.Of(table));

    public static void Write(ValueEncoder encoder, OrderedDictionary dictionary) =>
        Write(encoder, ValueKind.OrderedDictionary, dictionary, DictionaryComparers.Of(dictionary));

    public static void Write(ValueEncoder encoder, Dictionary<string, object?> dictionary) =>
        Write(encoder, ValueKind.Dictionary, dictionary, DictionaryComparers.Of(dictionary));

    public static Hashtable ReadHashtable(ref ValueDecoder decoder)
    {
        var count = ReadHeader(ref decoder, out var ignoresCase);
        var table = new Hashtable(count, DictionaryComparers.For(ignoresCase));
        var guard = new CollisionGuard();
        for (var i = 0; i < count; i++)
        {
            if (guard.IsDue(decoder.Cursor.PeekKind()))
            {
                table = new Hashtable(table, KeyComparer.For(ignoresCase));
            }

            // Two local times of another time zone, or two texts under newer rules of case, can be equal in this process alone. The later one stays.
            table[decoder.Read()!] = decoder.Read();
        }

        return table;
    }

    public static OrderedDictionary ReadOrderedDictionary(ref ValueDecoder decoder)
    {
        var count = ReadHeader(ref decoder, out var ignoresCase);
        var dictionary = new OrderedDictionary(count, DictionaryComparers.For(ignoresCase));
        var guard = new CollisionGuard();
        for (var i = 0; i < count; i++)
        {
            if (guard.IsDue(decoder.Cursor.PeekKind()))
            {
                dictionary = CopyOf(dictionary, count, KeyComparer.For(ignoresCase));
            }

            // The key is an object here: an integer would be taken for a position.
            dictionary[decoder.Read()!] = decoder.Read();
        }

        return dictionary;
    }

    public static Dictionary<string, object?> ReadDictionary(ref ValueDecoder decoder)
    {
        var count = ReadHeader(ref decoder, out var ignoresCase);
        var dictionary = new Dictionary<string, object?>(count, DictionaryComparers.For(ignoresCase));
        for (var i = 0; i < count; i++)
        {
            dictionary[(string)decoder.Read()!] = decoder.Read();
        }

        return dictionary;
    }

    /// <summary>Reads whether keys ignore case.</summary>
    public static bool ReadIgnoresCase(ref ByteCursor cursor) => cursor.ReadByte() switch
    {
        0 => false,
        1 => true,
        _ => throw ValueFaults.Malformed("a dictionary has an unknown comparer"),
    };

    private static void Write(ValueEncoder encoder, ValueKind kind, IDictionary dictionary, object? comparer)
    {
        var ignoresCase = DictionaryComparers.IgnoresCase(comparer);
        var buffer = encoder.Buffer;
        buffer.WriteFixed(kind, (byte)(ignoresCase ? 1 : 0));
        var count = dictionary.Count;
        buffer.WriteCount(count);
        encoder.Containers.Enter(dictionary);
        var first = encoder.Entries.Push(count);
        var isCompared = WriteEntries(encoder, dictionary, count, first) && DictionaryComparers.IsPlain(comparer);
        var entries = encoder.Entries.Slice(first, count);

        // Different keys can be written alike: those of a comparer with rules of its own, and objects of the layer above.
        if (!isCompared && KeyCheck.HasEqual(buffer.Written, entries, ignoresCase, ascending: false))
        {
            throw ValueFaults.NotSupported(encoder.Containers.OuterPath, "has two keys that are equal once they are written");
        }

        if (kind.IsSorted())
        {
            encoder.Sorter.Sort(entries);
        }

        encoder.Entries.Pop(first);
        encoder.Containers.Leave();
    }

    /// <summary>Writes the entries in the dictionary's own order.</summary>
    /// <param name="encoder">Where to write.</param>
    /// <param name="dictionary">The dictionary.</param>
    /// <param name="count">The count already written. Another number of entries means that another thread changes the dictionary.</param>
    /// <param name="first">Where the places of the entries begin.</param>
    /// <returns>Whether all keys are of types that are written alike only where they are equal.</returns>
    private static bool WriteEntries(ValueEncoder encoder, IDictionary dictionary, int count, int first)
    {
        var buffer = encoder.Buffer;
        var done = 0;
        var areSimple = true;
        for (var enumerator = dictionary.GetEnumerator(); MoveNext(encoder, enumerator); done++)
        {
            if (done == count)
            {
                throw encoder.Containers.Changed();
            }

            encoder.Containers.Key = enumerator.Key;
            areSimple &= enumerator.Key is string || enumerator.Key.GetType().IsPrimitive;
            var start = buffer.Length;
            WriteKey(encoder, enumerator.Key);
            var valueStart = buffer.Length;
            encoder.Write(enumerator.Value);
            encoder.Entries.Set(first + done, new EntryRange(start, valueStart, buffer.Length));
        }

        return done == count ? areSimple : throw encoder.Containers.Changed();
    }

    private static void WriteKey(ValueEncoder encoder, object key)
    {
        var start = encoder.Buffer.Length;
        encoder.Write(key);
        if (!((ValueKind)encoder.Buffer.Written[start]).IsKey())
        {
            throw encoder.Containers.NotSupported($"has a key of type {key.GetType()}; keys are texts, numbers and other single values");
        }
    }

    private static bool MoveNext(ValueEncoder encoder, IDictionaryEnumerator enumerator)
    {
        try
        {
            return enumerator.MoveNext();
        }
        catch (InvalidOperationException)
        {
            throw encoder.Containers.Changed();
        }
    }

    private static int ReadHeader(ref ValueDecoder decoder, out bool ignoresCase)
    {
        ignoresCase = ReadIgnoresCase(ref decoder.Cursor);
        return decoder.Cursor.ReadCount();
    }

    private static OrderedDictionary CopyOf(OrderedDictionary dictionary, int capacity, KeyComparer comparer)
    {
        var copy = new OrderedDictionary(capacity, comparer);
        foreach (DictionaryEntry entry in dictionary)
        {
            copy[entry.Key] = entry.Value;
        }

        return copy;
    }
}
