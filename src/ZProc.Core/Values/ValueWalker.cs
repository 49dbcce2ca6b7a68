namespace ZProc.Core.Values;

/// <summary>Moves over encoded values without decoding them.</summary>
internal static class ValueWalker
{
    /// <summary>Moves past one value.</summary>
    /// <param name="cursor">Stands at its kind.</param>
    /// <param name="room">How many levels of containers are allowed from here on.</param>
    /// <returns>How many levels of containers the value has: 0 for anything but a container.</returns>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are no value.</exception>
    public static int Skip(ref ByteCursor cursor, int room = ValueLimits.MaxDepth)
    {
        var kind = cursor.ReadKind();
        var size = kind.FixedSize();
        if (size >= 0)
        {
            cursor.ReadBytes(size);
            return 0;
        }

        switch (kind)
        {
            case ValueKind.String or ValueKind.ScriptText or ValueKind.CliXml:
                TextCodec.Skip(ref cursor);
                return 0;
            case ValueKind.BigInteger:
                NumberCodec.SkipBigInteger(ref cursor);
                return 0;
            case ValueKind.Uri:
                UriCodec.Skip(ref cursor);
                return 0;
            case ValueKind.IPAddress:
                IPAddressCodec.Skip(ref cursor);
                return 0;
            case ValueKind.Regex:
                RegexCodec.Skip(ref cursor);
                return 0;
            case ValueKind.Enum:
                EnumCodec.Skip(ref cursor);
                return 0;
            case ValueKind.Array or ValueKind.List or ValueKind.ArrayList:
                return room > 0 ? 1 + SkipItems(ref cursor, kind, room - 1) : throw ValueFaults.NestedTooDeep();
            case ValueKind.PropertyBag or ValueKind.Hashtable or ValueKind.OrderedDictionary or ValueKind.Dictionary:
                return room > 0 ? 1 + SkipEntries(ref cursor, kind, room - 1) : throw ValueFaults.NestedTooDeep();
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

    private static int SkipItems(ref ByteCursor cursor, ValueKind kind, int room)
    {
        var header = SequenceHeader.Read(ref cursor, kind);
        if (header.ItemSize > 0)
        {
            cursor.ReadBytes(header.Count * header.ItemSize);
            return 0;
        }

        var deepest = 0;
        for (var i = 0; i < header.Count; i++)
        {
            deepest = Math.Max(deepest, Skip(ref cursor, room));
        }

        return deepest;
    }

    private static int SkipEntries(ref ByteCursor cursor, ValueKind kind, int room)
    {
        var deepest = 0;
        for (var entries = SkipToEntries(ref cursor, kind); entries > 0; entries--)
        {
            DictionaryCodec.SkipKey(ref cursor);
            deepest = Math.Max(deepest, Skip(ref cursor, room));
        }

        return deepest;
    }
}
