namespace ZProc.Core.Values;

/// <summary>A member of an enumeration whose type is not loaded in this process. The encoding is that of the member itself.</summary>
public sealed record UnknownEnum
{
    /// <summary>Creates it.</summary>
    /// <param name="typeName">The full name of the type, a comma, a space and the name of its assembly.</param>
    /// <param name="value">The number, of the enumeration's underlying type.</param>
    /// <exception cref="ArgumentException">The value is no integer that an enumeration can have.</exception>
    public UnknownEnum(string typeName, object value)
    {
        ArgumentNullException.ThrowIfNull(typeName);
        TypeName = value is sbyte or byte or short or ushort or int or uint or long or ulong
            ? typeName
            : throw new ArgumentException("An enumeration's value is an integer of at most 64 bits.", nameof(value));
        Value = value;
    }

    /// <summary>The full name of the type, a comma, a space and the name of its assembly.</summary>
    public string TypeName { get; }

    /// <summary>The number, of the enumeration's underlying type.</summary>
    public object Value { get; }

    /// <summary>The number as text.</summary>
    public override string ToString() => Convert.ToString(Value, System.Globalization.CultureInfo.InvariantCulture)!;
}
