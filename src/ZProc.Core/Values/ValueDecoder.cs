using System.Collections;
using System.Collections.Specialized;
using System.Net;
using System.Numerics;
using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>Reads values, trusting nothing: whatever the bytes, it makes objects of the fixed list of types or throws <see cref="Fault.MalformedMessage"/>.</summary>
internal ref struct ValueDecoder
{
    private static readonly object True = true;
    private static readonly object False = false;

    private readonly IForeignValues? _foreign;
    private ByteCursor _cursor;
    private int _depth;

    private ValueDecoder(ReadOnlySpan<byte> bytes, IForeignValues? foreign)
    {
        _cursor = new ByteCursor(bytes);
        _foreign = foreign;
    }

    public static object? Decode(ReadOnlySpan<byte> bytes, IForeignValues? foreign)
    {
        var decoder = new ValueDecoder(bytes, foreign);
        var value = decoder.Read();
        return decoder._cursor.Remaining == 0 ? value : throw ValueFaults.Malformed("there is more behind the value");
    }

    public ReadOnlySpan<byte> ReadBytes(int count) => _cursor.ReadBytes(count);

    public object? Read()
    {
        var kind = _cursor.ReadKind();
        return kind switch
        {
            ValueKind.Null => null,
            ValueKind.Boolean => _cursor.ReadByte() switch { 0 => False, 1 => True, _ => throw OutOfRange(kind) },
            ValueKind.SByte => _cursor.Read<sbyte>(),
            ValueKind.Byte => _cursor.ReadByte(),
            ValueKind.Int16 => _cursor.Read<short>(),
            ValueKind.UInt16 => _cursor.Read<ushort>(),
            ValueKind.Int32 => _cursor.Read<int>(),
            ValueKind.UInt32 => _cursor.Read<uint>(),
            ValueKind.Int64 => _cursor.Read<long>(),
            ValueKind.UInt64 => _cursor.Read<ulong>(),
            ValueKind.Int128 => _cursor.Read<Int128>(),
            ValueKind.UInt128 => _cursor.Read<UInt128>(),
            ValueKind.BigInteger => new BigInteger(_cursor.ReadBytes(_cursor.ReadCount())),
            ValueKind.Half => _cursor.Read<Half>(),
            ValueKind.Single => _cursor.Read<float>(),
            ValueKind.Double => _cursor.Read<double>(),
            ValueKind.Decimal => ReadDecimal(ref _cursor),
            ValueKind.Char => _cursor.Read<char>(),
            ValueKind.String => _cursor.ReadText(),
            ValueKind.DateTime => ReadDateTime(),
            ValueKind.DateTimeOffset => ReadDateTimeOffset(),
            ValueKind.DateOnly => ReadDateOnly(),
            ValueKind.TimeOnly => ReadTimeOnly(),
            ValueKind.TimeSpan => new TimeSpan(_cursor.Read<long>()),
            ValueKind.Guid => _cursor.Read<Guid>(),
            ValueKind.Version => ReadVersion(),
            ValueKind.Uri => ReadUri(),
            ValueKind.IPAddress => ReadAddress(),
            ValueKind.Regex => ReadRegex(),
            ValueKind.Enum => ReadEnum(),
            ValueKind.Array => ReadArray(),
            ValueKind.List => ReadList(),
            ValueKind.ArrayList => ReadArrayList(),
            ValueKind.Hashtable => ReadHashtable(),
            ValueKind.OrderedDictionary => ReadOrderedDictionary(),
            ValueKind.Dictionary => ReadDictionary(),
            ValueKind.PropertyBag => FromKnown(ReadBag()),
            ValueKind.ScriptText => FromKnown(new ScriptText(_cursor.ReadText())),
            ValueKind.CliXml => FromKnown(new CliXml(_cursor.ReadText())),
            _ => throw ValueFaults.Malformed($"{(int)kind} is no kind of value"),
        };
    }

    public static decimal ReadDecimal(ref ByteCursor cursor)
    {
        var (low, mid, high, flags) = (cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>(), cursor.Read<int>());
        var scale = (flags >> 16) & 0xFF;
        return (flags & 0x7F00FFFF) == 0 && scale <= 28
            ? new decimal(low, mid, high, flags < 0, (byte)scale)
            : throw OutOfRange(ValueKind.Decimal);
    }

    private readonly object? FromKnown(object standIn) => _foreign is null ? standIn : _foreign.FromKnown(standIn);

    private void Enter()
    {
        if (++_depth > ValueLimits.MaxDepth)
        {
            throw ValueFaults.Malformed("it is nested too deep");
        }
    }

    private DateTime ReadDateTime()
    {
        var bits = _cursor.Read<ulong>();
        var offset = TimeSpan.FromMinutes(_cursor.Read<short>());
        var kind = (DateTimeKind)(bits >> 62);
        var ticks = (long)(bits & (ulong.MaxValue >> 2));
        if (ticks > DateTime.MaxValue.Ticks || kind > DateTimeKind.Local)
        {
            throw OutOfRange(ValueKind.DateTime);
        }

        var time = new DateTime(ticks, kind);
        if (kind != DateTimeKind.Local || TimeZoneInfo.Local.GetUtcOffset(time) == offset)
        {
            return time;
        }

        // Another time zone, or the hour that comes twice in autumn. At the ends of time there is nowhere to move.
        var utc = Math.Clamp(ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime(utc, DateTimeKind.Utc).ToLocalTime();
    }

    private DateTimeOffset ReadDateTimeOffset()
    {
        var ticks = _cursor.Read<long>();
        var minutes = _cursor.Read<short>();
        var utc = ticks - (minutes * TimeSpan.TicksPerMinute);
        return IsTime(ticks) && IsTime(utc) && Math.Abs((int)minutes) <= 14 * 60
            ? new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes))
            : throw OutOfRange(ValueKind.DateTimeOffset);

        static bool IsTime(long ticks) => (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks;
    }

    private DateOnly ReadDateOnly()
    {
        var day = _cursor.Read<int>();
        return (uint)day <= (uint)DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day) : throw OutOfRange(ValueKind.DateOnly);
    }

    private TimeOnly ReadTimeOnly()
    {
        var ticks = _cursor.Read<long>();
        return (ulong)ticks < TimeSpan.TicksPerDay ? new TimeOnly(ticks) : throw OutOfRange(ValueKind.TimeOnly);
    }

    private Version ReadVersion()
    {
        var (major, minor, build, revision) = (_cursor.Read<int>(), _cursor.Read<int>(), _cursor.Read<int>(), _cursor.Read<int>());
        return (major, minor, build, revision) switch
        {
            ( >= 0, >= 0, >= 0, >= 0) => new Version(major, minor, build, revision),
            ( >= 0, >= 0, >= 0, -1) => new Version(major, minor, build),
            ( >= 0, >= 0, -1, -1) => new Version(major, minor),
            _ => throw OutOfRange(ValueKind.Version),
        };
    }

    private Uri ReadUri()
    {
        var kind = _cursor.ReadByte() switch { 0 => UriKind.Relative, 1 => UriKind.Absolute, _ => throw OutOfRange(ValueKind.Uri) };
        return Uri.TryCreate(_cursor.ReadText(), kind, out var uri) ? uri : throw OutOfRange(ValueKind.Uri);
    }

    private IPAddress ReadAddress() => _cursor.ReadByte() switch
    {
        4 => new IPAddress(_cursor.ReadBytes(4)),
        16 => new IPAddress(_cursor.ReadBytes(16), _cursor.Read<uint>()),
        _ => throw OutOfRange(ValueKind.IPAddress),
    };

    private Regex ReadRegex()
    {
        var pattern = _cursor.ReadText();
        var options = (RegexOptions)_cursor.Read<int>();
        var limit = new TimeSpan(_cursor.Read<long>());
        try
        {
            return new Regex(pattern, options, limit);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw OutOfRange(ValueKind.Regex);
        }
    }

    private object ReadEnum()
    {
        var name = _cursor.ReadText();
        if (_cursor.PeekKind() is not (>= ValueKind.SByte and <= ValueKind.UInt64))
        {
            throw OutOfRange(ValueKind.Enum);
        }

        var number = Read()!;
        return EnumTypes.Find(name) is { } type && Enum.GetUnderlyingType(type) == number.GetType()
            ? Enum.ToObject(type, number)
            : new UnknownEnum(name, number);
    }

    private Array ReadArray()
    {
        var element = ElementType.Read(ref _cursor);
        Enter();
        var array = element.ReadArray(ref this, _cursor.ReadCount(element.LeastSize));
        _depth--;
        return array;
    }

    private IList ReadList()
    {
        var element = ElementType.Read(ref _cursor);
        Enter();
        var list = element.ReadList(ref this, _cursor.ReadCount(element.LeastSize));
        _depth--;
        return list;
    }

    private ArrayList ReadArrayList()
    {
        Enter();
        var count = _cursor.ReadCount(leastSize: 1);
        var list = new ArrayList(count);
        for (var i = 0; i < count; i++)
        {
            list.Add(Read());
        }

        _depth--;
        return list;
    }

    private Hashtable ReadHashtable()
    {
        var count = ReadDictionaryHeader(out var comparer);
        var table = new Hashtable(count, comparer);
        for (var i = 0; i < count; i++)
        {
            table[ReadKey()] = Read();
        }

        _depth--;
        return table.Count == count ? table : throw SameKeys();
    }

    private OrderedDictionary ReadOrderedDictionary()
    {
        var count = ReadDictionaryHeader(out var comparer);
        var dictionary = new OrderedDictionary(count, comparer);
        for (var i = 0; i < count; i++)
        {
            // As an object: an integer would be taken for a position.
            dictionary[ReadKey()] = Read();
        }

        _depth--;
        return dictionary.Count == count ? dictionary : throw SameKeys();
    }

    private Dictionary<string, object?> ReadDictionary()
    {
        var count = ReadDictionaryHeader(out var comparer);
        var dictionary = new Dictionary<string, object?>(count, comparer);
        for (var i = 0; i < count; i++)
        {
            dictionary[ReadKey() as string ?? throw ValueFaults.Malformed("a key is no text")] = Read();
        }

        _depth--;
        return dictionary.Count == count ? dictionary : throw SameKeys();
    }

    private int ReadDictionaryHeader(out StringComparer? comparer)
    {
        comparer = DictionaryComparers.For(_cursor.ReadByte() switch
        {
            0 => false,
            1 => true,
            _ => throw ValueFaults.Malformed("a dictionary has an unknown comparer"),
        });
        Enter();
        return _cursor.ReadCount(leastSize: 3);
    }

    private object ReadKey() => _cursor.PeekKind().IsKey() ? Read()! : throw ValueFaults.Malformed("a key is no single value");

    private PropertyBag ReadBag()
    {
        Enter();
        var typeNames = new string[_cursor.ReadCount(leastSize: 1)];
        for (var i = 0; i < typeNames.Length; i++)
        {
            typeNames[i] = _cursor.ReadText();
        }

        var properties = new KeyValuePair<string, object?>[_cursor.ReadCount(leastSize: 3)];
        for (var i = 0; i < properties.Length; i++)
        {
            var name = _cursor.ReadKind() == ValueKind.String ? _cursor.ReadText() : throw ValueFaults.Malformed("a property has no name");
            properties[i] = new(name, Read());
        }

        _depth--;
        return new PropertyBag(typeNames, properties);
    }

    private static FaultException OutOfRange(ValueKind kind) => ValueFaults.Malformed($"a {kind} is out of range");

    private static FaultException SameKeys() => ValueFaults.Malformed("two keys are equal");
}
