using System.Globalization;

namespace ZProc.Core.Values;

/// <summary>
/// A member of an enumeration whose type is not loaded in this process. It compares with its number and with its name, and converts to
/// both, as the member itself does in PowerShell. The encoding is that of the member itself.
/// </summary>
public sealed class UnknownEnum : IConvertible, IEquatable<UnknownEnum>
{
    /// <summary>Creates it.</summary>
    /// <param name="typeName">The full name of the type, a comma, a space and the name of its assembly.</param>
    /// <param name="value">The number, of the enumeration's underlying type.</param>
    /// <param name="name">The name of the member, or the names of flags; empty for a number without a name.</param>
    /// <exception cref="ArgumentException">The value is no integer that an enumeration can have.</exception>
    public UnknownEnum(string typeName, object value, string name = "")
    {
        ArgumentNullException.ThrowIfNull(typeName);
        ArgumentNullException.ThrowIfNull(name);
        TypeName = value is sbyte or byte or short or ushort or int or uint or long or ulong
            ? typeName
            : throw new ArgumentException("An enumeration's value is an integer of at most 64 bits.", nameof(value));
        Value = value;
        Name = name;
    }

    /// <summary>The full name of the type, a comma, a space and the name of its assembly.</summary>
    public string TypeName { get; }

    /// <summary>The number, of the enumeration's underlying type.</summary>
    public object Value { get; }

    /// <summary>The name of the member, or the names of flags; empty for a number without a name.</summary>
    public string Name { get; }

    private IConvertible Number => (IConvertible)Value;

    /// <summary>Whether it is the same member, a number equal to its number, or its name in any case.</summary>
    public override bool Equals(object? obj) => obj switch
    {
        UnknownEnum other => Equals(other),
        string text => Name.Length > 0 && text.Equals(Name, StringComparison.OrdinalIgnoreCase),
        float or double => Number.ToDouble(null).Equals(Convert.ToDouble(obj, CultureInfo.InvariantCulture)),
        byte or sbyte or short or ushort or int or uint or long or ulong or decimal => Number.ToDecimal(null) == Convert.ToDecimal(obj, CultureInfo.InvariantCulture),
        _ => false,
    };

    /// <summary>Whether another member has the same type and number.</summary>
    public bool Equals(UnknownEnum? other) => other is not null && TypeName == other.TypeName && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(TypeName, Value);

    /// <summary>The name, or the number as text where it has no name.</summary>
    public override string ToString() => ToString(CultureInfo.InvariantCulture);

    /// <summary>That of an object: PowerShell casts what has the code of a number.</summary>
    public TypeCode GetTypeCode() => TypeCode.Object;

    /// <inheritdoc/>
    public string ToString(IFormatProvider? provider) => Name.Length > 0 ? Name : Number.ToString(provider);

    /// <inheritdoc/>
    public bool ToBoolean(IFormatProvider? provider) => Number.ToBoolean(provider);

    /// <inheritdoc/>
    public byte ToByte(IFormatProvider? provider) => Number.ToByte(provider);

    /// <inheritdoc/>
    public char ToChar(IFormatProvider? provider) => Number.ToChar(provider);

    /// <inheritdoc/>
    public DateTime ToDateTime(IFormatProvider? provider) => Number.ToDateTime(provider);

    /// <inheritdoc/>
    public decimal ToDecimal(IFormatProvider? provider) => Number.ToDecimal(provider);

    /// <inheritdoc/>
    public double ToDouble(IFormatProvider? provider) => Number.ToDouble(provider);

    /// <inheritdoc/>
    public short ToInt16(IFormatProvider? provider) => Number.ToInt16(provider);

    /// <inheritdoc/>
    public int ToInt32(IFormatProvider? provider) => Number.ToInt32(provider);

    /// <inheritdoc/>
    public long ToInt64(IFormatProvider? provider) => Number.ToInt64(provider);

    /// <inheritdoc/>
    public sbyte ToSByte(IFormatProvider? provider) => Number.ToSByte(provider);

    /// <inheritdoc/>
    public float ToSingle(IFormatProvider? provider) => Number.ToSingle(provider);

    /// <inheritdoc/>
    public ushort ToUInt16(IFormatProvider? provider) => Number.ToUInt16(provider);

    /// <inheritdoc/>
    public uint ToUInt32(IFormatProvider? provider) => Number.ToUInt32(provider);

    /// <inheritdoc/>
    public ulong ToUInt64(IFormatProvider? provider) => Number.ToUInt64(provider);

    /// <inheritdoc/>
    public object ToType(Type conversionType, IFormatProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(conversionType);
        return conversionType == typeof(string) ? ToString(provider) : conversionType.IsEnum ? Enum.ToObject(conversionType, Value) : Number.ToType(conversionType, provider);
    }
}
