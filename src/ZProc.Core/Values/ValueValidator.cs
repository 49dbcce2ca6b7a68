namespace ZProc.Core.Values;

/// <summary>
/// Checks that bytes are exactly one value as <see cref="ValueEncoder"/> writes it. What passes can be decoded, so it trusts
/// nothing: every rule of <c>docs/values.md</c> is checked here, and only here. It allocates in proportion to what it has read,
/// never to what a count announces.
/// </summary>
internal ref struct ValueValidator
{
    private ByteCursor _cursor;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _depth;
    private RegexBudget _patterns;

    /// <summary>The entries of the dictionaries that the cursor is in, those of the innermost one last.</summary>
    private EntryStack? _entries;

    private readonly int EntryCount => _entries?.Count ?? 0;

    private ValueValidator(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _cursor = new ByteCursor(bytes);
    }

    /// <summary>Checks a value.</summary>
    /// <returns>How many levels of containers it has.</returns>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static int Check(ReadOnlySpan<byte> bytes) => Check(bytes, out _);

    /// <summary>Checks a value, and tells whether it has regular expressions.</summary>
    /// <returns>How many levels of containers it has.</returns>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static int Check(ReadOnlySpan<byte> bytes, out bool hasPatterns)
    {
        var validator = new ValueValidator(bytes);
        var levels = validator.CheckWhole();
        hasPatterns = !validator._patterns.IsUnused;
        return levels;
    }

    /// <summary>
    /// Checks what bounds a value as a whole, on a value that is put together of valid ones: the cost of its regular expressions. The callers
    /// check its size and its levels themselves, without reading it again.
    /// </summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/>: they cost too much together.</exception>
    public static void CheckResult(EncodedValue result)
    {
        var validator = new ValueValidator(result.Bytes.Span) { _patterns = new RegexBudget { IsOfResult = true } };
        validator.CheckWhole();
    }

    private int CheckWhole()
    {
        try
        {
            var levels = CheckValue();
            _cursor.CheckAtEnd();
            return levels;
        }
        finally
        {
            _entries?.Return();
        }
    }

    private int CheckValue()
    {
        var kind = _cursor.ReadKind();
        switch (kind)
        {
            case ValueKind.Boolean:
                BooleanCodec.Read(ref _cursor);
                return 0;
            case ValueKind.BigInteger:
                NumberCodec.CheckBigInteger(ref _cursor);
                return 0;
            case ValueKind.Decimal:
                NumberCodec.ReadDecimal(ref _cursor);
                return 0;
            case ValueKind.String or ValueKind.ScriptText:
                TextCodec.Check(ref _cursor);
                return 0;
            case ValueKind.DateTime:
                TimeCodec.CheckDateTime(ref _cursor);
                return 0;
            case ValueKind.DateTimeOffset:
                TimeCodec.ReadDateTimeOffset(ref _cursor);
                return 0;
            case ValueKind.DateOnly:
                TimeCodec.ReadDateOnly(ref _cursor);
                return 0;
            case ValueKind.TimeOnly:
                TimeCodec.ReadTimeOnly(ref _cursor);
                return 0;
            case ValueKind.Version:
                VersionCodec.Check(ref _cursor);
                return 0;
            case ValueKind.Uri:
                UriCodec.Check(ref _cursor);
                return 0;
            case ValueKind.IPAddress:
                IPAddressCodec.Skip(ref _cursor);
                return 0;
            case ValueKind.Regex:
                RegexCodec.Check(ref _cursor, ref _patterns);
                return 0;
            case ValueKind.Enum:
                EnumCodec.Check(ref _cursor);
                return 0;
            case ValueKind.CliXml:
                CliXmlCodec.Check(ref _cursor);
                return 0;
            case ValueKind.Array or ValueKind.List or ValueKind.ArrayList:
                return 1 + CheckItems(kind);
            case ValueKind.Hashtable or ValueKind.OrderedDictionary or ValueKind.Dictionary:
                return 1 + CheckDictionary(kind);
            case ValueKind.PropertyBag:
                return 1 + CheckPropertyBag();
            default:
                // Every pattern of bits is a value of the other kinds.
                var size = kind.FixedSize();
                _cursor.ReadBytes(size >= 0 ? size : throw ValueFaults.UnknownKind(kind));
                return 0;
        }
    }

    private int CheckItems(ValueKind kind)
    {
        Enter();
        var start = _cursor.Position;
        var (element, itemSize) = (ValueKind.Object, 0);
        if (kind != ValueKind.ArrayList)
        {
            element = _cursor.PeekKind();
            itemSize = ElementTypeCodec.Check(ref _cursor);
        }

        var elementType = _cursor.Since(start);
        var count = _cursor.ReadCount(Math.Max(1, itemSize));
        var deepest = 0;
        if (itemSize > 0)
        {
            _cursor.ReadBytes(count * itemSize);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                var itemStart = _cursor.Position;
                deepest = Math.Max(deepest, CheckValue());
                if (!ElementTypeCodec.Fits(_cursor.Since(itemStart), element, elementType))
                {
                    throw ValueFaults.Malformed("an item is not of the list's element type");
                }
            }
        }

        _depth--;
        return deepest;
    }

    private int CheckDictionary(ValueKind kind)
    {
        Enter();
        var ignoresCase = DictionaryCodec.ReadIgnoresCase(ref _cursor);
        var first = EntryCount;
        var deepest = 0;
        for (var count = _cursor.ReadCount(EntryRange.LeastSize); count > 0; count--)
        {
            var keyKind = _cursor.PeekKind();
            if (!keyKind.IsKey())
            {
                throw ValueFaults.Malformed("a key is no single value");
            }

            if (kind == ValueKind.Dictionary && keyKind != ValueKind.String)
            {
                throw ValueFaults.Malformed("a key is no text");
            }

            deepest = Math.Max(deepest, CheckEntry());
        }

        var entries = EntriesFrom(first);
        if (kind.IsSorted() && !KeyCheck.AreAscending(_bytes, entries))
        {
            throw ValueFaults.Malformed("keys are not in ascending order");
        }

        if (KeyCheck.HasEqual(_bytes, entries, ignoresCase, ascending: kind.IsSorted()))
        {
            throw ValueFaults.Malformed("two keys are equal");
        }

        _entries?.Pop(first);
        _depth--;
        return deepest;
    }

    private int CheckPropertyBag()
    {
        Enter();
        for (var names = _cursor.ReadCount(leastSize: 1); names > 0; names--)
        {
            TextCodec.Check(ref _cursor);
        }

        var first = EntryCount;
        var deepest = 0;
        for (var count = _cursor.ReadCount(EntryRange.LeastSize); count > 0; count--)
        {
            if (_cursor.PeekKind() != ValueKind.String)
            {
                throw ValueFaults.Malformed("a property has no name");
            }

            deepest = Math.Max(deepest, CheckEntry());
            if (!PropertyName.IsValid(EntriesFrom(first)[^1].Key(_bytes)))
            {
                throw ValueFaults.Malformed("a property has no name that PowerShell takes");
            }
        }

        if (KeyCheck.HasEqual(_bytes, EntriesFrom(first), ignoresCase: true, ascending: false))
        {
            throw ValueFaults.Malformed("two properties have equal names");
        }

        _entries?.Pop(first);
        _depth--;
        return deepest;
    }

    private int CheckEntry()
    {
        var start = _cursor.Position;
        CheckValue();
        var valueStart = _cursor.Position;
        var levels = CheckValue();
        _entries ??= EntryStack.Take();
        _entries.Set(_entries.Push(1), new EntryRange(start, valueStart, _cursor.Position));
        return levels;
    }

    private readonly ReadOnlySpan<EntryRange> EntriesFrom(int first) => _entries is { } entries ? entries.Slice(first, entries.Count - first) : [];

    private void Enter()
    {
        if (++_depth > ValueLimits.MaxDepth)
        {
            throw ValueFaults.NestedTooDeep();
        }
    }
}
