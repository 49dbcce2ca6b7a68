using System.Collections.Specialized;
using System.Runtime.InteropServices;
using ZProc.Core;
using ZProc.Core.Values;

namespace ZProc.PowerShell;

/// <summary>The named fields of a message between a session and its workers: an ordered dictionary in the value codec.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Fields
{
    private readonly OrderedDictionary _fields;

    private Fields(OrderedDictionary fields) => _fields = fields;

    /// <summary>Reads them.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static Fields Of(ReadOnlyMemory<byte> bytes) => Of(PowerShellValues.Decode(new EncodedValue(bytes.ToArray())));

    /// <inheritdoc cref="Of(ReadOnlyMemory{byte})"/>
    public static Fields Of(object? value) => value is OrderedDictionary fields ? new Fields(fields) : throw Malformed("a message has no fields");

    /// <summary>One field.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: it has another type.</exception>
    public T? Get<T>(string name) => _fields[name] switch
    {
        T value => value,
        null => default,
        var other => throw Malformed($"the field '{name}' is a {other.GetType()}"),
    };

    private static FaultException Malformed(string what) => new(Fault.MalformedMessage, $"A worker's message could not be understood: {what}.");
}
