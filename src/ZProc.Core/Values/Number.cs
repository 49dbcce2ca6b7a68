using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>
/// Any number, for work across types. A whole one is an integer here whatever its type was, so that it is exact;
/// what has a fraction, or is infinite or not a number, is either a decimal or a double.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Number : IEquatable<Number>
{
    private readonly BigInteger? _integer;
    private readonly decimal? _decimal;
    private readonly double _double;

    private Number(BigInteger value) => _integer = value;

    private Number(decimal value)
    {
        if (decimal.Truncate(value) == value)
        {
            _integer = new BigInteger(value);
        }
        else
        {
            _decimal = value;
        }
    }

    private Number(double value)
    {
        if (double.IsFinite(value) && Math.Truncate(value) == value)
        {
            _integer = new BigInteger(value);
        }
        else
        {
            _double = value;
        }
    }

    /// <summary>Reads a number.</summary>
    /// <param name="kind">Its kind, one of those of numbers.</param>
    /// <param name="payload">The bytes behind the kind.</param>
    public static Number Read(ValueKind kind, ReadOnlySpan<byte> payload)
    {
        var cursor = new ByteCursor(payload);
        return kind switch
        {
            ValueKind.SByte => new Number((BigInteger)cursor.Read<sbyte>()),
            ValueKind.Byte => new Number((BigInteger)cursor.Read<byte>()),
            ValueKind.Int16 => new Number((BigInteger)cursor.Read<short>()),
            ValueKind.UInt16 => new Number((BigInteger)cursor.Read<ushort>()),
            ValueKind.Int32 => new Number((BigInteger)cursor.Read<int>()),
            ValueKind.UInt32 => new Number((BigInteger)cursor.Read<uint>()),
            ValueKind.Int64 => new Number((BigInteger)cursor.Read<long>()),
            ValueKind.UInt64 => new Number((BigInteger)cursor.Read<ulong>()),
            ValueKind.Int128 => new Number((BigInteger)cursor.Read<Int128>()),
            ValueKind.UInt128 => new Number((BigInteger)cursor.Read<UInt128>()),
            ValueKind.BigInteger => new Number(new BigInteger(cursor.ReadBytes(cursor.ReadCount()))),
            ValueKind.Half => new Number((double)cursor.Read<Half>()),
            ValueKind.Single => new Number((double)cursor.Read<float>()),
            ValueKind.Double => new Number(cursor.Read<double>()),
            ValueKind.Decimal => new Number(ValueDecoder.ReadDecimal(ref cursor)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no kind of number."),
        };
    }

    /// <summary>The integer that it is.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public BigInteger ToInteger() => _integer!.Value;

    /// <summary>The nearest double.</summary>
    public double ToDouble() => _integer is { } integer ? (double)integer : _decimal is { } fraction ? (double)fraction : _double;

    /// <summary>The nearest decimal.</summary>
    /// <exception cref="OverflowException">There is none.</exception>
    public decimal ToDecimal() => _integer is { } integer ? (decimal)integer : _decimal ?? (decimal)_double;

    /// <summary>
    /// Whole numbers are equal when they are exactly equal. A decimal with a fraction equals the double that it is written
    /// the same as (0.1 and 0.1d are equal, as in PowerShell). What is not a number equals itself: a condition can wait for it.
    /// </summary>
    public bool Equals(Number other)
    {
        if (_integer is not null || other._integer is not null)
        {
            return _integer == other._integer;
        }

        return _decimal is not null && other._decimal is not null ? _decimal == other._decimal : ToDouble().Equals(other.ToDouble());
    }

    public override bool Equals(object? obj) => obj is Number other && Equals(other);

    public override int GetHashCode() => _integer?.GetHashCode() ?? ToDouble().GetHashCode();

    /// <summary>A text that is the same for equal numbers.</summary>
    public override string ToString() =>
        _integer?.ToString(CultureInfo.InvariantCulture) ?? ToDouble().ToString("R", CultureInfo.InvariantCulture);
}
