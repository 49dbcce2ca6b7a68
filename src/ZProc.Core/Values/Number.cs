using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>A number of any type, to compare and add across types: an integer, a decimal or a double, each of them exact.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Number
{
    /// <summary>The largest integer, in bytes, that a message shows.</summary>
    private const int MaxShown = 64;

    private readonly BigInteger? _integer;
    private readonly decimal? _decimal;
    private readonly double _double;

    private Number(BigInteger value) => _integer = value;

    private Number(decimal value) => _decimal = value;

    private Number(double value) => _double = value;

    /// <summary>Whether the number is infinite.</summary>
    public bool IsInfinite => double.IsInfinity(_double);

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
            ValueKind.BigInteger => new Number(NumberCodec.ReadBigInteger(ref cursor)),
            ValueKind.Half => new Number((double)cursor.Read<Half>()),
            ValueKind.Single => new Number((double)cursor.Read<float>()),
            ValueKind.Double => new Number(cursor.Read<double>()),
            ValueKind.Decimal => new Number(NumberCodec.ReadDecimal(ref cursor)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no kind of number."),
        };
    }

    /// <summary>
    /// Whether two numbers have the same value. Whole numbers are compared exactly. A decimal with a fraction equals
    /// the nearest double: 0.1d and 0.1 are equal, as in PowerShell. NaN equals itself, so that a condition can wait for it.
    /// </summary>
    public static bool AreEqual(Number left, Number right)
    {
        if (left._decimal is { } leftDecimal && right._decimal is { } rightDecimal)
        {
            return leftDecimal == rightDecimal;
        }

        var whole = left.Whole;
        return whole is not null || right.Whole is not null ? whole == right.Whole : left.ToDouble().Equals(right.ToDouble());
    }

    /// <summary>The integer; only for a number that was read from one.</summary>
    public BigInteger ToInteger() => _integer!.Value;

    /// <summary>The nearest double.</summary>
    public double ToDouble() => _integer is { } integer ? (double)integer : _decimal is { } value ? (double)value : _double;

    /// <summary>The nearest decimal; a decimal keeps its scale.</summary>
    /// <exception cref="OverflowException">There is none.</exception>
    public decimal ToDecimal() => _integer is { } integer ? (decimal)integer : _decimal ?? (decimal)_double;

    /// <summary>A text that is the same for equal numbers. Decimal digits of a large integer would take quadratic time.</summary>
    public string ToKey() => Whole is { } whole ? "=" + Convert.ToHexString(whole.ToByteArray()) : ToDouble().ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The number for a message; of a large integer only the size.</summary>
    public override string ToString() => Whole switch
    {
        null => ToDouble().ToString("R", CultureInfo.InvariantCulture),
        { } whole when whole.GetByteCount() > MaxShown => $"an integer of {whole.GetByteCount():N0} bytes",
        { } whole => whole.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The number as an integer; null where it has a fraction, is infinite or NaN.</summary>
    private BigInteger? Whole
    {
        get
        {
            if (_integer is not null)
            {
                return _integer;
            }

            if (_decimal is { } value)
            {
                return decimal.Truncate(value) == value ? new BigInteger(value) : null;
            }

            return double.IsFinite(_double) && Math.Truncate(_double) == _double ? new BigInteger(_double) : null;
        }
    }
}
