namespace ZProc.Core.Values;

/// <summary>
/// Reads values: finds the codec for each kind, which reads it. <see cref="ValueValidator"/> checks the bytes first, so the codecs
/// meet valid ones only. The result has only types of a fixed list.
/// </summary>
internal ref struct ValueDecoder
{
    /// <summary>Where to read. The codecs move it.</summary>
    public ByteCursor Cursor;

    /// <summary>How many different enumerations are looked up. A search for one that is not loaded asks every assembly.</summary>
    private const int MaxEnumTypes = 100;

    private readonly IForeignValues? _foreign;
    private Dictionary<string, Type?>? _enumTypes;
    private bool _namesEnums;

    private ValueDecoder(ReadOnlySpan<byte> bytes, IForeignValues? foreign)
    {
        Cursor = new ByteCursor(bytes);
        _foreign = foreign;
    }

    /// <summary>Decodes a value.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are no value.</exception>
    public static object? Decode(ReadOnlySpan<byte> bytes, IForeignValues? foreign)
    {
        ValueValidator.Check(bytes);
        return new ValueDecoder(bytes, foreign).Read();
    }

    /// <summary>Decodes a key that <see cref="ValueValidator"/> has passed, to compare it with others. A member of an enumeration is an <see cref="UnknownEnum"/>.</summary>
    public static object ReadKey(ReadOnlySpan<byte> bytes) => new ValueDecoder(bytes, foreign: null) { _namesEnums = true }.Read()!;

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
            ValueKind.Enum => EnumCodec.Read(ref this),
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

    /// <summary>The loaded enumeration of a name; null where there is none, and for every name after the first hundred of the value.</summary>
    public Type? FindEnum(string name)
    {
        if (_namesEnums)
        {
            return null;
        }

        _enumTypes ??= new Dictionary<string, Type?>(StringComparer.Ordinal);
        if (!_enumTypes.TryGetValue(name, out var type) && _enumTypes.Count < MaxEnumTypes)
        {
            type = EnumTypes.Find(name, _foreign);
            _enumTypes.Add(name, type);
        }

        return type;
    }
}
