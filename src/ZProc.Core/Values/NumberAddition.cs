using System.Numerics;

namespace ZProc.Core.Values;

/// <summary>Adds encoded numbers: the server's operation for <see cref="State.ChangeKind.Increment"/>.</summary>
public static class NumberAddition
{
    /// <summary>Adds two numbers.</summary>
    /// <remarks>
    /// Two of one type give that type. Otherwise the rules are PowerShell's: a decimal wins over everything; a BigInteger over the
    /// other integers; of two integers the larger type wins, and where a signed type meets an unsigned one as large or larger, the
    /// next larger signed one (at 64 bits and more: the unsigned one); integers and floating-point numbers give a double; of two
    /// floating-point types the larger wins. Only an infinite summand gives an infinite sum: two finite numbers whose sum is beyond
    /// a floating-point type are refused, as with the other types.
    /// </remarks>
    /// <param name="current">The number now; null or an encoded null counts as 0.</param>
    /// <param name="by">The number to add.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: one of them is no number, or the sum does not fit its type.
    /// <see cref="Fault.MalformedMessage"/>: one of them is no value.
    /// </exception>
    public static EncodedValue Add(EncodedValue? current, EncodedValue by)
    {
        var byKind = RequireNumber(by);
        if (current is not { Kind: not ValueKind.Null } now)
        {
            return by;
        }

        var kind = SumKind(RequireNumber(now), byKind);
        var (left, right) = (ReadNumber(now), ReadNumber(by));
        try
        {
            return ValueCodec.Encode(Add(kind, left, right));
        }
        catch (OverflowException e)
        {
            throw ValueFaults.InvalidOperand($"{left} plus {right} does not fit a {kind}. Set the key to a larger type first", e);
        }
    }

    private static object Add(ValueKind kind, Number left, Number right)
    {
        switch (kind)
        {
            case ValueKind.Decimal:
                return left.ToDecimal() + right.ToDecimal();
            case ValueKind.Double or ValueKind.Single or ValueKind.Half:
                return AddFloating(kind, left, right);
        }

        var sum = left.ToInteger() + right.ToInteger();
        return kind switch
        {
            // One arm must say object, or all become a BigInteger.
            ValueKind.SByte => (object)(sbyte)sum,
            ValueKind.Byte => (byte)sum,
            ValueKind.Int16 => (short)sum,
            ValueKind.UInt16 => (ushort)sum,
            ValueKind.Int32 => (int)sum,
            ValueKind.UInt32 => (uint)sum,
            ValueKind.Int64 => (long)sum,
            ValueKind.UInt64 => (ulong)sum,
            ValueKind.Int128 => (Int128)sum,
            ValueKind.UInt128 => (UInt128)sum,
            _ => sum,
        };
    }

    private static object AddFloating(ValueKind kind, Number left, Number right)
    {
        object sum = kind switch
        {
            ValueKind.Double => left.ToDouble() + right.ToDouble(),
            ValueKind.Single => (float)left.ToDouble() + (float)right.ToDouble(),
            _ => (Half)left.ToDouble() + (Half)right.ToDouble(),
        };
        var isInfinite = sum is double.PositiveInfinity or double.NegativeInfinity
            || (sum is float single && float.IsInfinity(single))
            || (sum is Half half && Half.IsInfinity(half));
        return isInfinite && !left.IsInfinite && !right.IsInfinite ? throw new OverflowException() : sum;
    }

    /// <summary>The type of a sum. Kinds of numbers are numbered from narrow to wide, so the greater kind is the usual result.</summary>
    private static ValueKind SumKind(ValueKind left, ValueKind right)
    {
        var (low, high) = left < right ? (left, right) : (right, left);
        if (low == high || high == ValueKind.Decimal || high == ValueKind.BigInteger || !low.IsInteger())
        {
            return high;
        }

        if (!high.IsInteger())
        {
            return ValueKind.Double;
        }

        // Signed and unsigned kinds alternate from SByte on. Only the next signed type has room for both the unsigned
        // summand and a negative one.
        var mixed = IsSigned(low) && !IsSigned(high);
        return mixed && high < ValueKind.UInt64 ? high + 1 : high;
    }

    private static bool IsSigned(ValueKind kind) => (kind - ValueKind.SByte) % 2 == 0;

    private static ValueKind RequireNumber(EncodedValue value)
    {
        var kind = value.Kind;
        if (!kind.IsNumber())
        {
            throw ValueFaults.InvalidOperand($"Only numbers can be added, and this is of type {kind}");
        }

        ValueCodec.Validate(value.Bytes.Span);
        return kind;
    }

    private static Number ReadNumber(EncodedValue value) => Number.Read(value.Kind, value.Bytes.Span[1..]);
}
