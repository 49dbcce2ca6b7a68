using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>The entries of an encoded dictionary or property bag, into which others can be put. Nothing is decoded but the keys.</summary>
internal sealed class EntryTable
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ValueKind _kind;
    private readonly bool _ignoresCase;

    /// <summary>The size of everything before the count of entries.</summary>
    private readonly int _headerSize;

    private readonly EntryRange[] _entries;

    private EntryTable(ReadOnlyMemory<byte> bytes)
    {
        var cursor = new ByteCursor(bytes.Span);
        _bytes = bytes;
        _kind = cursor.ReadKind();
        if (!_kind.IsDictionary() && _kind != ValueKind.PropertyBag)
        {
            throw ValueFaults.InvalidOperand($"Only dictionaries and objects with properties can be merged, and this is of type {_kind}");
        }

        ValueValidator.Check(bytes.Span, out var hasPatterns);
        HasPatterns = hasPatterns;
        _ignoresCase = _kind == ValueKind.PropertyBag || bytes.Span[1] == 1;
        ValueWalker.SkipHeader(ref cursor, _kind);
        _headerSize = cursor.Position;
        _entries = EntryRange.ReadAll(ref cursor, cursor.ReadCount());
    }

    /// <summary>Whether a value in it is, or contains, a regular expression.</summary>
    public bool HasPatterns { get; }

    /// <summary>Finds the entries of a value.</summary>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: the value has no entries. <see cref="Fault.MalformedMessage"/>: the bytes are no value.
    /// </exception>
    public static EntryTable Read(EncodedValue value) => new(value.Bytes);

    /// <summary>Encodes this table with all entries of another one. An equal key that this table has keeps its spelling and place.</summary>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: this table takes only texts as keys. <see cref="Fault.ValueTooLarge"/>.
    /// </exception>
    public EncodedValue With(EntryTable other, ValueLimits limits)
    {
        var entries = new List<MergedEntry>(_entries.Length + other._entries.Length);
        var places = new Dictionary<object, int>(Math.Max(_entries.Length, other._entries.Length), KeyComparer.For(_ignoresCase));
        foreach (var entry in _entries)
        {
            places[KeyOf(entry)] = entries.Count;
            entries.Add(new MergedEntry(Key(entry), Value(entry)));
        }

        var takesAnyKey = _kind is ValueKind.Hashtable or ValueKind.OrderedDictionary;
        foreach (var entry in other._entries)
        {
            var key = other.Key(entry);
            if (!takesAnyKey && (ValueKind)key.Span[0] != ValueKind.String)
            {
                throw ValueFaults.InvalidOperand($"A {_kind} takes only texts as keys, and this is of type {(ValueKind)key.Span[0]}");
            }

            if (_kind == ValueKind.PropertyBag && !PropertyName.IsValid(key.Span))
            {
                throw ValueFaults.InvalidOperand("An object takes only keys that can be names of properties");
            }

            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, other.KeyOf(entry), out var exists);
            if (exists)
            {
                entries[place] = entries[place] with { Value = other.Value(entry) };
            }
            else
            {
                place = entries.Count;
                entries.Add(new MergedEntry(key, other.Value(entry)));
            }
        }

        if (_kind.IsSorted())
        {
            entries = InOrder(entries);
        }

        var buffer = new ByteBuffer(_bytes.Length, limits.MaxBytes);
        buffer.WriteBytes(_bytes.Span[.._headerSize]);
        buffer.WriteCount(entries.Count);
        foreach (var entry in entries)
        {
            buffer.WriteBytes(entry.Key.Span);
            buffer.WriteBytes(entry.Value.Span);
        }

        return buffer.ToValue();
    }

    /// <summary>Orders entries of which the first ones, those of this table, are in order.</summary>
    private List<MergedEntry> InOrder(List<MergedEntry> entries)
    {
        var added = entries[_entries.Length..];
        added.Sort();
        var ordered = new List<MergedEntry>(entries.Count);
        var next = 0;
        foreach (var entry in added)
        {
            while (next < _entries.Length && entries[next].CompareTo(entry) < 0)
            {
                ordered.Add(entries[next++]);
            }

            ordered.Add(entry);
        }

        ordered.AddRange(entries[next.._entries.Length]);
        return ordered;
    }

    private object KeyOf(EntryRange entry) => ValueDecoder.ReadKey(entry.Key(_bytes.Span));

    private ReadOnlyMemory<byte> Key(EntryRange entry) => _bytes[entry.Start..entry.ValueStart];

    private ReadOnlyMemory<byte> Value(EntryRange entry) => _bytes[entry.ValueStart..entry.End];
}
