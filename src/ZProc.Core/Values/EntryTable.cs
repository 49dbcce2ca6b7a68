namespace ZProc.Core.Values;

/// <summary>The entries of an encoded dictionary or property bag, which can be changed and encoded again.</summary>
internal sealed class EntryTable
{
    private readonly ValueKind _kind;
    private readonly bool _ignoresCase;

    /// <summary>Everything before the count of entries.</summary>
    private readonly ReadOnlyMemory<byte> _header;

    private readonly List<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> _entries;

    private EntryTable(ReadOnlyMemory<byte> bytes)
    {
        var cursor = new ByteCursor(bytes.Span);
        _kind = cursor.ReadKind();
        if (!_kind.IsDictionary() && _kind != ValueKind.PropertyBag)
        {
            throw ValueFaults.InvalidOperand($"Only dictionaries and objects with properties can be merged, and this is of type {_kind}");
        }

        ValueCodec.Validate(bytes.Span);
        _ignoresCase = _kind == ValueKind.PropertyBag || bytes.Span[1] == 1;
        ValueWalker.SkipHeader(ref cursor, _kind);
        _header = bytes[..cursor.Position];
        var ranges = EntryRange.ReadAll(ref cursor, cursor.ReadCount(EntryRange.LeastSize));
        _entries = new(ranges.Length);
        foreach (var range in ranges)
        {
            _entries.Add((bytes[range.Start..range.ValueStart], bytes[range.ValueStart..range.End]));
        }
    }

    /// <summary>Finds the entries of a value.</summary>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: the value has no entries. <see cref="Fault.MalformedMessage"/>: the bytes are no value.
    /// </exception>
    public static EntryTable Read(EncodedValue value) => new(value.Bytes);

    /// <summary>Puts all entries of another table into this one. An equal key that this table has keeps its spelling and place.</summary>
    /// <exception cref="FaultException"><see cref="Fault.InvalidArgument"/>: this table takes only texts as keys.</exception>
    public void Put(EntryTable other)
    {
        var places = new Dictionary<string, int>(_entries.Count + other._entries.Count, KeyText.Comparer(_ignoresCase));
        for (var i = 0; i < _entries.Count; i++)
        {
            places[KeyText.Exact(_entries[i].Key.Span)] = i;
        }

        var takesAnyKey = _kind is ValueKind.Hashtable or ValueKind.OrderedDictionary;
        foreach (var entry in other._entries)
        {
            if (!takesAnyKey && (ValueKind)entry.Key.Span[0] != ValueKind.String)
            {
                throw ValueFaults.InvalidOperand($"A {_kind} takes only texts as keys, and this is of type {(ValueKind)entry.Key.Span[0]}");
            }

            if (places.TryAdd(KeyText.Exact(entry.Key.Span), _entries.Count))
            {
                _entries.Add(entry);
            }
            else
            {
                var place = places[KeyText.Exact(entry.Key.Span)];
                _entries[place] = (_entries[place].Key, entry.Value);
            }
        }
    }

    /// <summary>Encodes the table.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>.</exception>
    public EncodedValue ToValue(ValueLimits limits)
    {
        if (_kind.IsSorted())
        {
            _entries.Sort(static (x, y) => x.Key.Span.SequenceCompareTo(y.Key.Span));
        }

        var buffer = new ByteBuffer(limit: limits.MaxBytes);
        buffer.WriteBytes(_header.Span);
        buffer.WriteCount(_entries.Count);
        foreach (var (key, value) in _entries)
        {
            buffer.WriteBytes(key.Span);
            buffer.WriteBytes(value.Span);
        }

        return buffer.ToValue();
    }
}
