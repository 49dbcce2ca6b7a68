using System.Buffers;
using System.Collections;
using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security;
using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>
/// Writes values. It keeps where it is (the containers around, and the place in each), which costs a store an item and
/// is looked at only to see a cycle or to name the path of what cannot be written.
/// </summary>
internal sealed class ValueEncoder : IComparer<EntryRange>
{
    /// <summary>A buffer larger than this is not kept for the next value.</summary>
    private const int MaxKept = 256 * 1024;

    [ThreadStatic]
    private static ValueEncoder? _spare;

    private readonly Place[] _places = new Place[ValueLimits.MaxDepth];
    private int _depth;
    private IForeignValues? _foreign;

    private ValueEncoder()
    {
    }

    public ByteBuffer Buffer { get; } = new();

    /// <summary>Where in the innermost list the next value belongs.</summary>
    public int Index
    {
        set => _places[_depth - 1].Index = value;
    }

    private object? Key
    {
        set => _places[_depth - 1].Key = value;
    }

    /// <summary>Encodes a value.</summary>
    public static EncodedValue Encode(object? value, IForeignValues? foreign, ValueLimits limits)
    {
        // Foreign objects run code of their own, which may encode values meanwhile: take the spare, do not share it.
        var encoder = _spare ?? new ValueEncoder();
        _spare = null;
        encoder._foreign = foreign;
        encoder.Buffer.Reset(limits.MaxBytes);
        try
        {
            encoder.Write(value);
            return encoder.Buffer.ToValue();
        }
        finally
        {
            encoder._foreign = null;
            Array.Clear(encoder._places, 0, encoder._depth);
            encoder._depth = 0;
            if (encoder.Buffer.Capacity <= MaxKept)
            {
                _spare = encoder;
            }
        }
    }

    public void Write(object? value)
    {
        switch (value)
        {
            case null:
                Buffer.WriteKind(ValueKind.Null);
                break;
            case string text:
                WriteText(ValueKind.String, text);
                break;
            case int number:
                WriteFixed(ValueKind.Int32, number);
                break;
            case bool truth:
                WriteFixed(ValueKind.Boolean, (byte)(truth ? 1 : 0));
                break;
            case long number:
                WriteFixed(ValueKind.Int64, number);
                break;
            case double number:
                WriteFixed(ValueKind.Double, number);
                break;
            case DateTime time:
                WriteDateTime(time);
                break;
            case Guid guid:
                WriteFixed(ValueKind.Guid, guid);
                break;
            case decimal number:
                WriteDecimal(number);
                break;
            case TimeSpan span:
                WriteFixed(ValueKind.TimeSpan, span.Ticks);
                break;
            case byte number:
                WriteFixed(ValueKind.Byte, number);
                break;
            case char character:
                WriteFixed(ValueKind.Char, character);
                break;
            case float number:
                WriteFixed(ValueKind.Single, number);
                break;
            case uint number:
                WriteFixed(ValueKind.UInt32, number);
                break;
            case ulong number:
                WriteFixed(ValueKind.UInt64, number);
                break;
            case short number:
                WriteFixed(ValueKind.Int16, number);
                break;
            case ushort number:
                WriteFixed(ValueKind.UInt16, number);
                break;
            case sbyte number:
                WriteFixed(ValueKind.SByte, number);
                break;
            case Int128 number:
                WriteFixed(ValueKind.Int128, number);
                break;
            case UInt128 number:
                WriteFixed(ValueKind.UInt128, number);
                break;
            case Half number:
                WriteFixed(ValueKind.Half, number);
                break;
            case BigInteger number:
                WriteBigInteger(number);
                break;
            case DateTimeOffset time:
                WriteFixed(ValueKind.DateTimeOffset, time.Ticks);
                Buffer.Write((short)time.TotalOffsetMinutes);
                break;
            case DateOnly date:
                WriteFixed(ValueKind.DateOnly, date.DayNumber);
                break;
            case TimeOnly time:
                WriteFixed(ValueKind.TimeOnly, time.Ticks);
                break;
            default:
                WriteObject(value);
                break;
        }
    }

    /// <summary>Goes into a container.</summary>
    /// <param name="container">The object by which a cycle is seen.</param>
    public void Enter(object container)
    {
        for (var i = 0; i < _depth; i++)
        {
            if (ReferenceEquals(_places[i].Container, container))
            {
                throw NotSupported($"contains itself: it is the value at {Path(i)} again");
            }
        }

        if (_depth == _places.Length)
        {
            throw ValueFaults.TooDeep(Path(_depth));
        }

        _places[_depth++].Container = container;
    }

    /// <summary>Goes out of the innermost container.</summary>
    public void Leave() => _places[--_depth] = default;

    int IComparer<EntryRange>.Compare(EntryRange x, EntryRange y)
    {
        var bytes = Buffer.Written;
        return bytes[x.Start..x.ValueStart].SequenceCompareTo(bytes[y.Start..y.ValueStart]);
    }

    private void WriteObject(object value)
    {
        switch (value)
        {
            case Array array:
                WriteArray(array);
                break;
            case Hashtable table when IsOwnType(table, typeof(Hashtable)):
                WriteDictionary(ValueKind.Hashtable, table, DictionaryComparers.IgnoresCase(table));
                break;
            case OrderedDictionary dictionary when dictionary.GetType() == typeof(OrderedDictionary):
                WriteDictionary(ValueKind.OrderedDictionary, dictionary, DictionaryComparers.IgnoresCase(dictionary));
                break;
            case Dictionary<string, object?> dictionary when dictionary.GetType() == typeof(Dictionary<string, object?>):
                WriteDictionary(ValueKind.Dictionary, dictionary, DictionaryComparers.IgnoresCase(dictionary));
                break;
            case ArrayList list when IsOwnType(list, typeof(ArrayList)):
                WriteArrayList(list);
                break;
            case Version version:
                Buffer.WriteKind(ValueKind.Version);
                Buffer.Write(version.Major);
                Buffer.Write(version.Minor);
                Buffer.Write(version.Build);
                Buffer.Write(version.Revision);
                break;
            case Uri uri:
                Buffer.WriteKind(ValueKind.Uri);
                Buffer.WriteByte((byte)(uri.IsAbsoluteUri ? 1 : 0));
                Buffer.WriteText(uri.OriginalString);
                break;
            case IPAddress address:
                WriteAddress(address);
                break;
            case Regex regex:
                Buffer.WriteKind(ValueKind.Regex);
                Buffer.WriteText(regex.ToString());
                Buffer.Write((int)regex.Options);
                Buffer.Write(regex.MatchTimeout.Ticks);
                break;
            case PropertyBag bag:
                WriteBag(bag);
                break;
            case ScriptText script:
                WriteText(ValueKind.ScriptText, script.Text);
                break;
            case CliXml xml:
                WriteText(ValueKind.CliXml, xml.Text);
                break;
            case UnknownEnum member:
                WriteText(ValueKind.Enum, member.TypeName);
                Write(member.Value);
                break;
            case Enum member:
                WriteText(ValueKind.Enum, EnumTypes.NameOf(member.GetType()));
                Write(Convert.ChangeType(member, Enum.GetUnderlyingType(member.GetType()), null));
                break;
            case SecureString:
                throw NotSupported("is a SecureString, which does not travel. Keep secrets out of the state");
            default:
                WriteOther(value);
                break;
        }
    }

    private void WriteOther(object value)
    {
        var type = value.GetType();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            WriteList((IList)value, type.GetGenericArguments()[0]);
        }
        else if (_foreign is null)
        {
            throw NotSupported($"is a {type}, which does not travel");
        }
        else
        {
            Write(ToKnown(value, _foreign));
        }
    }

    private object? ToKnown(object value, IForeignValues foreign)
    {
        try
        {
            return foreign.ToKnown(value);
        }
        catch (FaultException e) when (e.Fault == Fault.ValueNotSupported)
        {
            throw ValueFaults.NotSupported(Path(_depth) + e.Target, e.Message, e.InnerException);
        }
    }

    private void WriteFixed<T>(ValueKind kind, T payload) where T : unmanaged
    {
        Buffer.WriteKind(kind);
        Buffer.Write(payload);
    }

    private void WriteText(ValueKind kind, string text)
    {
        Buffer.WriteKind(kind);
        Buffer.WriteText(text);
    }

    private void WriteDecimal(decimal number)
    {
        Buffer.WriteKind(ValueKind.Decimal);
        decimal.GetBits(number, MemoryMarshal.Cast<byte, int>(Buffer.Reserve(16)));
    }

    private void WriteBigInteger(BigInteger number)
    {
        var size = number.GetByteCount();
        Buffer.WriteKind(ValueKind.BigInteger);
        Buffer.WriteCount(size);
        number.TryWriteBytes(Buffer.Reserve(size), out _);
    }

    private void WriteDateTime(DateTime time)
    {
        // A local time takes its offset along: in another time zone it must be the same moment.
        var offset = time.Kind == DateTimeKind.Local ? TimeZoneInfo.Local.GetUtcOffset(time) : default;
        WriteFixed(ValueKind.DateTime, (ulong)time.Ticks | ((ulong)time.Kind << 62));
        Buffer.Write((short)(offset.Ticks / TimeSpan.TicksPerMinute));
    }

    private void WriteAddress(IPAddress address)
    {
        Buffer.WriteKind(ValueKind.IPAddress);
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var size = isV6 ? 16 : 4;
        Buffer.WriteByte((byte)size);
        address.TryWriteBytes(Buffer.Reserve(size), out _);
        if (isV6)
        {
            Buffer.Write((uint)address.ScopeId);
        }
    }

    private void WriteArray(Array array)
    {
        var type = array.GetType();
        if (!type.IsSZArray)
        {
            throw NotSupported("is an array of several dimensions. Use an array of arrays");
        }

        Buffer.WriteKind(ValueKind.Array);
        var element = ElementType.Of(type.GetElementType()!);
        (element ?? ElementType.Any).Write(Buffer);
        if (element is null)
        {
            WriteItems(array);
        }
        else
        {
            element.WriteArray(this, array);
        }
    }

    private void WriteList(IList list, Type itemType)
    {
        Buffer.WriteKind(ValueKind.List);
        var element = ElementType.Of(itemType);
        (element ?? ElementType.Any).Write(Buffer);
        if (element is null)
        {
            WriteItems(list);
        }
        else
        {
            element.WriteList(this, list);
        }
    }

    private void WriteArrayList(ArrayList list)
    {
        Buffer.WriteKind(ValueKind.ArrayList);
        WriteItems(list);
    }

    private void WriteItems(IList list)
    {
        var count = list.Count;
        Buffer.WriteCount(count);
        Enter(list);
        for (var i = 0; i < count; i++)
        {
            Index = i;
            Write(Get(list, i));
        }

        Leave();
    }

    private void WriteDictionary(ValueKind kind, IDictionary dictionary, bool ignoresCase)
    {
        Buffer.WriteKind(kind);
        Buffer.WriteByte((byte)(ignoresCase ? 1 : 0));
        var count = dictionary.Count;
        Buffer.WriteCount(count);
        Enter(dictionary);
        var entries = kind.IsSorted() ? ArrayPool<EntryRange>.Shared.Rent(count) : null;
        var done = 0;
        try
        {
            for (var enumerator = dictionary.GetEnumerator(); MoveNext(enumerator); done++)
            {
                if (done == count)
                {
                    throw Changed();
                }

                Key = enumerator.Key;
                var start = Buffer.Length;
                WriteKey(enumerator.Key);
                var valueStart = Buffer.Length;
                Write(enumerator.Value);
                if (entries is not null)
                {
                    entries[done] = new EntryRange(start, valueStart, Buffer.Length);
                }
            }

            if (done != count)
            {
                throw Changed();
            }

            if (entries is not null)
            {
                Sort(entries.AsSpan(0, count));
            }
        }
        finally
        {
            if (entries is not null)
            {
                ArrayPool<EntryRange>.Shared.Return(entries);
            }
        }

        Leave();
    }

    private void WriteKey(object key)
    {
        var start = Buffer.Length;
        Write(key);
        if (!((ValueKind)Buffer.Written[start]).IsKey())
        {
            throw NotSupported($"has a key of type {key.GetType()}; keys are texts, numbers and other single values");
        }
    }

    private void WriteBag(PropertyBag bag)
    {
        Buffer.WriteKind(ValueKind.PropertyBag);
        Buffer.WriteCount(bag.TypeNames.Count);
        foreach (var name in bag.TypeNames)
        {
            Buffer.WriteText(name);
        }

        Buffer.WriteCount(bag.Properties.Count);
        Enter(bag.Source ?? bag);
        foreach (var (name, value) in bag.Properties)
        {
            Key = name;
            WriteText(ValueKind.String, name);
            Write(value);
        }

        Leave();
    }

    /// <summary>Brings entries that were written one after another into the order of their keys' bytes.</summary>
    private void Sort(Span<EntryRange> entries)
    {
        if (entries.Length < 2)
        {
            return;
        }

        var start = entries[0].Start;
        var region = Buffer.Written[start..];
        entries.Sort(this);
        var copy = ArrayPool<byte>.Shared.Rent(region.Length);
        region.CopyTo(copy);
        var position = 0;
        foreach (var entry in entries)
        {
            var size = entry.End - entry.Start;
            copy.AsSpan(entry.Start - start, size).CopyTo(region[position..]);
            position += size;
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>
    /// Whether an object is of a container type, or the wrapper around it that .NET itself makes (<c>Synchronized</c>, <c>ReadOnly</c>):
    /// a class derived elsewhere has more to it than its entries.
    /// </summary>
    private static bool IsOwnType(object value, Type type) => value.GetType() == type || value.GetType().Assembly == type.Assembly;

    private string Path(int depth) => ValuePath.Format(_places.AsSpan(0, depth));

    private FaultException NotSupported(string reason) => ValueFaults.NotSupported(Path(_depth), reason);

    private object? Get(IList list, int index)
    {
        try
        {
            return list[index];
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Changed();
        }
    }

    private bool MoveNext(IDictionaryEnumerator enumerator)
    {
        try
        {
            return enumerator.MoveNext();
        }
        catch (InvalidOperationException)
        {
            throw Changed();
        }
    }

    private FaultException Changed() =>
        ValueFaults.NotSupported(Path(_depth - 1), "was changed by somebody else while it was being read");

    /// <summary>A container, and the place in it that is being written.</summary>
    [SuppressMessage("Design", "CA1051", Justification = "A slot of an array, written in place.")]
    internal struct Place
    {
        public object? Container;
        public object? Key;
        public int Index;
    }
}
