namespace ZProc.Core.Values;

/// <summary>
/// Encodes and decodes objects with named properties: the count of type names and these texts, then the count of properties
/// and, for each in order, its name as a <see cref="ValueKind.String"/> and its value.
/// </summary>
internal static class PropertyBagCodec
{
    public static void Write(ValueEncoder encoder, PropertyBag bag)
    {
        var buffer = encoder.Buffer;
        buffer.WriteKind(ValueKind.PropertyBag);
        buffer.WriteCount(bag.TypeNames.Count);
        foreach (var name in bag.TypeNames)
        {
            TextCodec.Write(buffer, name);
        }

        var count = bag.Properties.Count;
        buffer.WriteCount(count);
        encoder.Containers.Enter(bag.Source ?? bag);
        var first = encoder.Entries.Push(count);
        for (var i = 0; i < count; i++)
        {
            var (name, value) = bag.Properties[i];
            encoder.Containers.Key = name;
            if (!PropertyName.IsValid(name))
            {
                throw encoder.Containers.NotSupported("has no name that a property can have");
            }

            var start = buffer.Length;
            TextCodec.Write(buffer, ValueKind.String, name);
            var valueStart = buffer.Length;
            encoder.Write(value);
            encoder.Entries.Set(first + i, new EntryRange(start, valueStart, buffer.Length));
        }

        if (KeyCheck.HasEqual(buffer.Written, encoder.Entries.Slice(first, count), ignoresCase: true, ascending: false))
        {
            throw ValueFaults.NotSupported(encoder.Containers.OuterPath, "has two properties of the same name");
        }

        encoder.Entries.Pop(first);
        encoder.Containers.Leave();
    }

    public static PropertyBag Read(ref ValueDecoder decoder)
    {
        var typeNames = new string[decoder.Cursor.ReadCount()];
        for (var i = 0; i < typeNames.Length; i++)
        {
            typeNames[i] = TextCodec.Read(ref decoder.Cursor);
        }

        var properties = new KeyValuePair<string, object?>[decoder.Cursor.ReadCount()];
        for (var i = 0; i < properties.Length; i++)
        {
            properties[i] = new((string)decoder.Read()!, decoder.Read());
        }

        return new PropertyBag(typeNames, properties);
    }

    /// <summary>Moves from behind the kind to the count of properties.</summary>
    public static void SkipTypeNames(ref ByteCursor cursor)
    {
        for (var names = cursor.ReadCount(leastSize: 1); names > 0; names--)
        {
            TextCodec.Skip(ref cursor);
        }
    }
}
