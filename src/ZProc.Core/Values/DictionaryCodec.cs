using System.Buffers;
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
        Write(encoder, ValueKind.Hashtable, table, DictionaryComparers.IgnoresCase(table));

    public static void Write(ValueEncoder encoder, OrderedDictionary dictionary) =>
        Write(encoder, ValueKind.OrderedDictionary, dictionary, DictionaryComparers.IgnoresCase(dictionary));

    public static void Write(ValueEncoder encoder, Dictionary<string, object?> dictionary) =>
        Write(encoder, ValueKind.Dictionary, dictionary, DictionaryComparers.IgnoresCase(dictionary));

    public static Hashtable ReadHashtable(ref ValueDecoder decoder)
    {
        var count = ReadHeader(ref decoder, out var comparer);
        var table = new Hashtable(count, comparer);
        for (var i = 0; i < count; i++)
        {
            table[ReadKey(ref decoder)] = decoder.Read();
        }

        decoder.Leave();
        return table.Count == count ? table : throw EqualKeys();
    }

    public static OrderedDictionary ReadOrderedDictionary(ref ValueDecoder decoder)
    {
        var count = ReadHeader(ref decoder, out var comparer);
        var dictionary = new OrderedDictionary(count, comparer);
        for (var i = 0; i < count; i++)
        {
            // The key is an object here: an integer would be taken for a position.
            dictionary[ReadKey(ref decoder)] = decoder.Read();
        }

        decoder.Leave();
        return dictionary.Count == count ? dictionary : throw EqualKeys();
    }

    public static Dictionary<string, object?> ReadDictionary(ref ValueDecoder decoder)
    {
        var count = ReadHeader(ref decoder, out var comparer);
        var dictionary = new Dictionary<string, object?>(count, comparer);
        for (var i = 0; i < count; i++)
        {
            dictionary[ReadKey(ref decoder) as string ?? throw ValueFaults.Malformed("a key is no text")] = decoder.Read();
        }

        decoder.Leave();
        return dictionary.Count == count ? dictionary : throw EqualKeys();
    }

    /// <summary>Reads whether keys ignore case.</summary>
    public static bool ReadIgnoresCase(ref ByteCursor cursor) => cursor.ReadByte() switch
    {
        0 => false,
        1 => true,
        _ => throw ValueFaults.Malformed("a dictionary has an unknown comparer"),
    };

    /// <summary>Moves past the key of an entry.</summary>
    public static void SkipKey(ref ByteCursor cursor)
    {
        CheckKey(cursor.PeekKind());
        ValueWalker.Skip(ref cursor);
    }

    private static void Write(ValueEncoder encoder, ValueKind kind, IDictionary dictionary, bool ignoresCase)
    {
        var buffer = encoder.Buffer;
        buffer.WriteFixed(kind, (byte)(ignoresCase ? 1 : 0));
        var count = dictionary.Count;
        buffer.WriteCount(count);
        encoder.Containers.Enter(dictionary);
        if (kind.IsSorted())
        {
            var entries = ArrayPool<EntryRange>.Shared.Rent(count);
            try
            {
                WriteEntries(encoder, dictionary, count, entries);
                encoder.Sorter.Sort(entries.AsSpan(0, count));
            }
            finally
            {
                ArrayPool<EntryRange>.Shared.Return(entries);
            }
        }
        else
        {
            WriteEntries(encoder, dictionary, count, entries: null);
        }

        encoder.Containers.Leave();
    }

    /// <summary>Writes the entries in the dictionary's own order.</summary>
    /// <param name="encoder">Where to write.</param>
    /// <param name="dictionary">The dictionary.</param>
    /// <param name="count">The count already written. Another number of entries means that another thread changes the dictionary.</param>
    /// <param name="entries">Receives the place of each entry; null where the order stays.</param>
    private static void WriteEntries(ValueEncoder encoder, IDictionary dictionary, int count, EntryRange[]? entries)
    {
        var buffer = encoder.Buffer;
        var done = 0;
        for (var enumerator = dictionary.GetEnumerator(); MoveNext(encoder, enumerator); done++)
        {
            if (done == count)
            {
                throw encoder.Containers.Changed();
            }

            encoder.Containers.Key = enumerator.Key;
            var start = buffer.Length;
            WriteKey(encoder, enumerator.Key);
            var valueStart = buffer.Length;
            encoder.Write(enumerator.Value);
            if (entries is not null)
            {
                entries[done] = new EntryRange(start, valueStart, buffer.Length);
            }
        }

        if (done != count)
        {
            throw encoder.Containers.Changed();
        }
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

    private static int ReadHeader(ref ValueDecoder decoder, out StringComparer? comparer)
    {
        comparer = DictionaryComparers.For(ReadIgnoresCase(ref decoder.Cursor));
        decoder.Enter();
        return decoder.Cursor.ReadCount(EntryRange.LeastSize);
    }

    private static object ReadKey(ref ValueDecoder decoder)
    {
        CheckKey(decoder.Cursor.PeekKind());
        return decoder.Read()!;
    }

    private static void CheckKey(ValueKind kind)
    {
        if (!kind.IsKey())
        {
            throw ValueFaults.Malformed("a key is no single value");
        }
    }

    private static FaultException EqualKeys() => ValueFaults.Malformed("two keys are equal");
}
