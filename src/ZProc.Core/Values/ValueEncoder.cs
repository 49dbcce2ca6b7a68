using System.Collections;
using System.Collections.Specialized;
using System.Net;
using System.Numerics;
using System.Security;
using System.Text.RegularExpressions;

namespace ZProc.Core.Values;

/// <summary>
/// Writes one value at a time: finds the codec for its type, which writes it. For one thread; each thread keeps a spare one,
/// so that most values need no new buffer.
/// </summary>
internal sealed class ValueEncoder
{
    /// <summary>A buffer larger than this many bytes is not kept for the next value.</summary>
    private const int MaxKept = 256 * 1024;

    [ThreadStatic]
    private static ValueEncoder? _spare;

    private RegexBudget _patterns;
    private EntryStack? _entries;

    private ValueEncoder() => Sorter = new EntrySorter(Buffer);

    public ByteBuffer Buffer { get; } = new();

    public ContainerStack Containers { get; } = new();

    public EntrySorter Sorter { get; }

    public EntryStack Entries => _entries ??= EntryStack.Take();

    /// <summary>What the regular expressions of the value have cost.</summary>
    public ref RegexBudget Patterns => ref _patterns;

    /// <summary>Knows about more types; null where there is none.</summary>
    public IForeignValues? Foreign { get; private set; }

    /// <summary>Encodes a value.</summary>
    public static EncodedValue Encode(object? value, IForeignValues? foreign, ValueLimits limits)
    {
        // A foreign object runs code of its own, which may encode values meanwhile. So the spare is taken, not shared.
        var encoder = _spare ?? new ValueEncoder();
        _spare = null;
        encoder.Foreign = foreign;
        encoder.Buffer.Reset(limits.MaxBytes);
        try
        {
            encoder.Write(value);
            return encoder.Buffer.ToValue();
        }
        finally
        {
            encoder.Foreign = null;
            encoder.Containers.Clear();
            encoder._entries?.Return();
            encoder._entries = null;
            encoder.Patterns.Clear();
            if (encoder.Buffer.Capacity <= MaxKept)
            {
                _spare = encoder;
            }
        }
    }

    /// <summary>Writes a value behind what has been written.</summary>
    public void Write(object? value)
    {
        // The most common types come first: each case is one comparison.
        switch (value)
        {
            case null:
                Buffer.WriteKind(ValueKind.Null);
                break;
            case string text:
                TextCodec.Write(Buffer, ValueKind.String, text);
                break;
            case int number:
                NumberCodec.Write(Buffer, number);
                break;
            case bool truth:
                BooleanCodec.Write(Buffer, truth);
                break;
            case long number:
                NumberCodec.Write(Buffer, number);
                break;
            case double number:
                NumberCodec.Write(Buffer, number);
                break;
            case DateTime time:
                TimeCodec.Write(Buffer, time);
                break;
            case Guid guid:
                GuidCodec.Write(Buffer, guid);
                break;
            case decimal number:
                NumberCodec.Write(Buffer, number);
                break;
            case TimeSpan span:
                TimeCodec.Write(Buffer, span);
                break;
            case byte number:
                NumberCodec.Write(Buffer, number);
                break;
            case char character:
                TextCodec.Write(Buffer, character);
                break;
            case float number:
                NumberCodec.Write(Buffer, number);
                break;
            case uint number:
                NumberCodec.Write(Buffer, number);
                break;
            case ulong number:
                NumberCodec.Write(Buffer, number);
                break;
            case short number:
                NumberCodec.Write(Buffer, number);
                break;
            case ushort number:
                NumberCodec.Write(Buffer, number);
                break;
            case sbyte number:
                NumberCodec.Write(Buffer, number);
                break;
            case BigInteger number:
                NumberCodec.Write(Buffer, number);
                break;
            case DateTimeOffset time:
                TimeCodec.Write(Buffer, time);
                break;
            case DateOnly date:
                TimeCodec.Write(Buffer, date);
                break;
            case TimeOnly time:
                TimeCodec.Write(Buffer, time);
                break;
            default:
                WriteObject(value);
                break;
        }
    }

    /// <summary>Writes a number whose type the compiler of images leaves to the runtime, together with the whole method that names it.</summary>
    private bool TryWriteRare(object value)
    {
        switch (value)
        {
            case Int128 number:
                NumberCodec.Write(Buffer, number);
                return true;
            case UInt128 number:
                NumberCodec.Write(Buffer, number);
                return true;
            case Half number:
                NumberCodec.Write(Buffer, number);
                return true;
            default:
                return false;
        }
    }

    private void WriteObject(object value)
    {
        switch (value)
        {
            case Array array:
                SequenceCodec.WriteArray(this, array);
                break;
            case Hashtable table when IsOwnType(table, typeof(Hashtable)):
                DictionaryCodec.Write(this, table);
                break;
            case OrderedDictionary dictionary when dictionary.GetType() == typeof(OrderedDictionary):
                DictionaryCodec.Write(this, dictionary);
                break;
            case Dictionary<string, object?> dictionary when dictionary.GetType() == typeof(Dictionary<string, object?>):
                DictionaryCodec.Write(this, dictionary);
                break;
            case ArrayList list when IsOwnType(list, typeof(ArrayList)):
                SequenceCodec.WriteArrayList(this, list);
                break;
            case Version version:
                VersionCodec.Write(Buffer, version);
                break;
            case Uri uri:
                UriCodec.Write(this, uri);
                break;
            case IPAddress address:
                IPAddressCodec.Write(Buffer, address);
                break;
            case Regex regex:
                RegexCodec.Write(this, regex);
                break;
            case PropertyBag bag:
                PropertyBagCodec.Write(this, bag);
                break;
            case ScriptText script:
                ScriptTextCodec.Write(Buffer, script);
                break;
            case CliXml xml:
                CliXmlCodec.Write(this, xml);
                break;
            case UnknownEnum member:
                EnumCodec.Write(this, member);
                break;
            case Enum member:
                EnumCodec.Write(this, member);
                break;
            case ValueType when TryWriteRare(value):
                break;
            case SecureString when Foreign is null:
                throw Containers.NotSupported("is a SecureString, which does not travel. Keep secrets out of the state");
            default:
                if (value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(List<>))
                {
                    SequenceCodec.WriteList(this, (IList)value, type.GetGenericArguments()[0]);
                }
                else
                {
                    ForeignCodec.Write(this, value);
                }

                break;
        }
    }

    /// <summary>
    /// Whether an object is of a container type, or of a wrapper around it that .NET itself makes (<c>Synchronized</c>, <c>ReadOnly</c>).
    /// A class derived elsewhere has more to it than its entries.
    /// </summary>
    private static bool IsOwnType(object value, Type type) => value.GetType() == type || value.GetType().Assembly == type.Assembly;
}
