namespace ZProc.Core.Values;

/// <summary>Moves over values without making them.</summary>
internal static class ValueWalker
{
    /// <summary>Moves past one value.</summary>
    /// <param name="cursor">Stands at its kind.</param>
    /// <param name="room">How deep containers may be nested from here on.</param>
    /// <returns>How deep they are: 0 for anything but a container.</returns>
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
                cursor.ReadTextBytes(out _);
                return 0;
            case ValueKind.BigInteger:
                cursor.ReadBytes(cursor.ReadCount());
                return 0;
            case ValueKind.Uri:
                cursor.ReadByte();
                cursor.ReadTextBytes(out _);
                return 0;
            case ValueKind.IPAddress:
                cursor.ReadBytes(cursor.ReadByte() switch { 4 => 4, 16 => 20, _ => throw ValueFaults.Malformed("an address has an odd size") });
                return 0;
            case ValueKind.Regex:
                cursor.ReadTextBytes(out _);
                cursor.ReadBytes(sizeof(int) + sizeof(long));
                return 0;
            case ValueKind.Enum:
                cursor.ReadTextBytes(out _);
                return cursor.PeekKind() is >= ValueKind.SByte and <= ValueKind.UInt64
                    ? Skip(ref cursor)
                    : throw ValueFaults.Malformed("an enumeration has no number");
            case ValueKind.Array or ValueKind.List or ValueKind.ArrayList or ValueKind.PropertyBag
                or ValueKind.Hashtable or ValueKind.OrderedDictionary or ValueKind.Dictionary:
                return room > 0 ? 1 + SkipItems(ref cursor, kind, room - 1) : throw ValueFaults.Malformed("it is nested too deep");
            default:
                throw ValueFaults.Malformed($"{(int)kind} is no kind of value");
        }
    }

    /// <summary>Moves from behind the kind of a dictionary or bag to its number of entries.</summary>
    public static void SkipHeader(ref ByteCursor cursor, ValueKind kind)
    {
        if (kind == ValueKind.PropertyBag)
        {
            for (var names = cursor.ReadCount(leastSize: 1); names > 0; names--)
            {
                cursor.ReadTextBytes(out _);
            }
        }
        else if (cursor.ReadByte() > 1)
        {
            throw ValueFaults.Malformed("a dictionary has an unknown comparer");
        }
    }

    /// <summary>Moves from behind the kind of a dictionary or bag to its first entry.</summary>
    /// <returns>The number of entries.</returns>
    public static int SkipToEntries(ref ByteCursor cursor, ValueKind kind)
    {
        SkipHeader(ref cursor, kind);
        return cursor.ReadCount(leastSize: 3);
    }

    /// <summary>Moves past the key of an entry.</summary>
    public static void SkipKey(ref ByteCursor cursor)
    {
        if (!cursor.PeekKind().IsKey())
        {
            throw ValueFaults.Malformed("a key is no single value");
        }

        Skip(ref cursor);
    }

    private static int SkipItems(ref ByteCursor cursor, ValueKind kind, int room)
    {
        var deepest = 0;
        if (kind.IsSequence())
        {
            var header = SequenceHeader.Read(ref cursor, kind);
            if (header.ItemSize > 0)
            {
                cursor.ReadBytes(header.Count * header.ItemSize);
                return 0;
            }

            for (var i = 0; i < header.Count; i++)
            {
                deepest = Math.Max(deepest, Skip(ref cursor, room));
            }

            return deepest;
        }

        for (var entries = SkipToEntries(ref cursor, kind); entries > 0; entries--)
        {
            SkipKey(ref cursor);
            deepest = Math.Max(deepest, Skip(ref cursor, room));
        }

        return deepest;
    }
}
