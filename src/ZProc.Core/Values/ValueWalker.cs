namespace ZProc.Core.Values;

/// <summary>Moves over encoded values without decoding them. <see cref="ValueValidator"/> has passed them.</summary>
internal static class ValueWalker
{
    /// <summary>Moves past one value.</summary>
    /// <param name="cursor">Stands at its kind.</param>
    public static void Skip(ref ByteCursor cursor)
    {
        var kind = cursor.ReadKind();
        var size = kind.FixedSize();
        if (size >= 0)
        {
            cursor.ReadBytes(size);
            return;
        }

        switch (kind)
        {
            case ValueKind.String or ValueKind.ScriptText or ValueKind.CliXml:
                TextCodec.Skip(ref cursor);
                break;
            case ValueKind.BigInteger:
                NumberCodec.SkipBigInteger(ref cursor);
                break;
            case ValueKind.Uri:
                UriCodec.Skip(ref cursor);
                break;
            case ValueKind.IPAddress:
                IPAddressCodec.Skip(ref cursor);
                break;
            case ValueKind.Regex:
                RegexCodec.Skip(ref cursor);
                break;
            case ValueKind.Enum:
                EnumCodec.Skip(ref cursor);
                break;
            case ValueKind.Array or ValueKind.List or ValueKind.ArrayList:
                SkipItems(ref cursor, kind);
                break;
            case ValueKind.PropertyBag or ValueKind.Hashtable or ValueKind.OrderedDictionary or ValueKind.Dictionary:
                SkipEntries(ref cursor, kind);
                break;
            default:
                throw ValueFaults.UnknownKind(kind);
        }
    }

    /// <summary>Moves from behind the kind of a dictionary or property bag to its count of entries.</summary>
    public static void SkipHeader(ref ByteCursor cursor, ValueKind kind)
    {
        if (kind == ValueKind.PropertyBag)
        {
            PropertyBagCodec.SkipTypeNames(ref cursor);
        }
        else
        {
            DictionaryCodec.ReadIgnoresCase(ref cursor);
        }
    }

    /// <summary>Moves from behind the kind of a dictionary or property bag to its first entry.</summary>
    /// <returns>The count of entries.</returns>
    public static int SkipToEntries(ref ByteCursor cursor, ValueKind kind)
    {
        SkipHeader(ref cursor, kind);
        return cursor.ReadCount(EntryRange.LeastSize);
    }

    private static void SkipItems(ref ByteCursor cursor, ValueKind kind)
    {
        var header = SequenceHeader.Read(ref cursor, kind);
        if (header.ItemSize > 0)
        {
            cursor.ReadBytes(header.Count * header.ItemSize);
            return;
        }

        for (var i = 0; i < header.Count; i++)
        {
            Skip(ref cursor);
        }
    }

    private static void SkipEntries(ref ByteCursor cursor, ValueKind kind)
    {
        for (var entries = SkipToEntries(ref cursor, kind); entries > 0; entries--)
        {
            Skip(ref cursor);
            Skip(ref cursor);
        }
    }
}
