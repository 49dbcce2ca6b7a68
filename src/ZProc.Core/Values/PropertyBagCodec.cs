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

        buffer.WriteCount(bag.Properties.Count);
        encoder.Containers.Enter(bag.Source ?? bag);
        foreach (var (name, value) in bag.Properties)
        {
            encoder.Containers.Key = name;
            TextCodec.Write(buffer, ValueKind.String, name);
            encoder.Write(value);
        }

        encoder.Containers.Leave();
    }

    public static PropertyBag Read(ref ValueDecoder decoder)
    {
        decoder.Enter();
        var typeNames = new string[decoder.Cursor.ReadCount(leastSize: 1)];
        for (var i = 0; i < typeNames.Length; i++)
        {
            typeNames[i] = TextCodec.Read(ref decoder.Cursor);
        }

        var properties = new KeyValuePair<string, object?>[decoder.Cursor.ReadCount(EntryRange.LeastSize)];
        for (var i = 0; i < properties.Length; i++)
        {
            var name = decoder.Cursor.ReadKind() == ValueKind.String
                ? TextCodec.Read(ref decoder.Cursor)
                : throw ValueFaults.Malformed("a property has no name");
            properties[i] = new(name, decoder.Read());
        }

        decoder.Leave();
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
