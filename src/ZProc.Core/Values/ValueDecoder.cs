namespace ZProc.Core.Values;

/// <summary>
/// Reads values: finds the codec for each kind, which reads it. It trusts no byte: the result has only types of a fixed list, and
/// anything else throws <see cref="Fault.MalformedMessage"/>.
/// </summary>
internal ref struct ValueDecoder
{
    /// <summary>Where to read. The codecs move it.</summary>
    public ByteCursor Cursor;

    private readonly IForeignValues? _foreign;
    private int _depth;

    private ValueDecoder(ReadOnlySpan<byte> bytes, IForeignValues? foreign)
    {
        Cursor = new ByteCursor(bytes);
        _foreign = foreign;
    }

    /// <summary>Decodes a value.</summary>
    public static object? Decode(ReadOnlySpan<byte> bytes, IForeignValues? foreign)
    {
        var decoder = new ValueDecoder(bytes, foreign);
        var value = decoder.Read();
        decoder.Cursor.CheckAtEnd();
        return value;
    }

    /// <summary>Reads the next value.</summary>
    public object? Read()
    {
        var kind = Cursor.ReadKind();
        return kind switch
        {
            ValueKind.Null => null,
            ValueKind.Boolean => BooleanCodec.Read(ref Cursor),
            >= ValueKind.SByte and <= ValueKind.Decimal => NumberCodec.Read(kind, ref Cursor),
            ValueKind.Char => TextCodec.ReadChar(ref Cursor),
            ValueKind.String => TextCodec.Read(ref Cursor),
            ValueKind.DateTime => TimeCodec.ReadDateTime(ref Cursor),
            ValueKind.DateTimeOffset => TimeCodec.ReadDateTimeOffset(ref Cursor),
            ValueKind.DateOnly => TimeCodec.ReadDateOnly(ref Cursor),
            ValueKind.TimeOnly => TimeCodec.ReadTimeOnly(ref Cursor),
            ValueKind.TimeSpan => TimeCodec.ReadTimeSpan(ref Cursor),
            ValueKind.Guid => GuidCodec.Read(ref Cursor),
            ValueKind.Version => VersionCodec.Read(ref Cursor),
            ValueKind.Uri => UriCodec.Read(ref Cursor),
            ValueKind.IPAddress => IPAddressCodec.Read(ref Cursor),
            ValueKind.Regex => RegexCodec.Read(ref Cursor),
            ValueKind.Enum => EnumCodec.Read(ref Cursor),
            ValueKind.Array => SequenceCodec.ReadArray(ref this),
            ValueKind.List => SequenceCodec.ReadList(ref this),
            ValueKind.ArrayList => SequenceCodec.ReadArrayList(ref this),
            ValueKind.Hashtable => DictionaryCodec.ReadHashtable(ref this),
            ValueKind.OrderedDictionary => DictionaryCodec.ReadOrderedDictionary(ref this),
            ValueKind.Dictionary => DictionaryCodec.ReadDictionary(ref this),
            ValueKind.PropertyBag => ForeignCodec.Restore(PropertyBagCodec.Read(ref this), _foreign),
            ValueKind.ScriptText => ForeignCodec.Restore(ScriptTextCodec.Read(ref Cursor), _foreign),
            ValueKind.CliXml => ForeignCodec.Restore(CliXmlCodec.Read(ref Cursor), _foreign),
            _ => throw ValueFaults.UnknownKind(kind),
        };
    }

    /// <summary>Goes into a container.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: too many levels.</exception>
    public void Enter()
    {
        if (++_depth > ValueLimits.MaxDepth)
        {
            throw ValueFaults.NestedTooDeep();
        }
    }

    /// <summary>Goes out of the innermost container.</summary>
    public void Leave() => _depth--;
}
