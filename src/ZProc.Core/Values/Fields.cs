using System.Collections.Specialized;

namespace ZProc.Core.Values;

/// <summary>The named fields of a record or message, which is encoded as an ordered dictionary.</summary>
public sealed class Fields
{
    private readonly OrderedDictionary _fields;

    private Fields(OrderedDictionary fields) => _fields = fields;

    /// <summary>Reads them.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static Fields Of(ReadOnlyMemory<byte> bytes) => Of(ValueCodec.Decode(bytes));

    /// <inheritdoc cref="Of(ReadOnlyMemory{byte})"/>
    public static Fields Of(object? value) => value is OrderedDictionary fields ? new Fields(fields) : throw Malformed("a message has no fields");

    /// <summary>One field; the default value where the field is missing.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the field has another type.</exception>
    public T? Get<T>(string name) => _fields[name] switch
    {
        T value => value,
        null => default,
        var other => throw Malformed($"the field '{name}' is a {other.GetType()}"),
    };

    /// <summary>The error for invalid fields.</summary>
    /// <param name="what">The defect, as a clause.</param>
    public static FaultException Malformed(string what) => new(Fault.MalformedMessage, $"A message could not be understood: {what}.");
}
