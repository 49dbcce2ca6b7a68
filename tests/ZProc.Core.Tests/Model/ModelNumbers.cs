using System.Globalization;
using System.Numerics;

namespace ZProc.Core.Tests.Model;

/// <summary>Adding and comparing numbers, defined without the encoding.</summary>
internal static class ModelNumbers
{
    private static readonly Dictionary<Type, (int Bits, bool IsSigned)> Integers = new()
    {
        [typeof(sbyte)] = (8, true), [typeof(byte)] = (8, false), [typeof(short)] = (16, true), [typeof(ushort)] = (16, false),
        [typeof(int)] = (32, true), [typeof(uint)] = (32, false), [typeof(long)] = (64, true), [typeof(ulong)] = (64, false),
        [typeof(Int128)] = (128, true), [typeof(UInt128)] = (128, false),
    };

    public static bool IsNumber(object? value) => value is not null && (IsInteger(value) || IsFloating(value) || value is decimal);

    /// <summary>The sum; null where it does not fit.</summary>
    public static object? Sum(object left, object right)
    {
        try
        {
            if (left is decimal || right is decimal)
            {
                return ToDecimal(left) + ToDecimal(right);
            }

            if (IsFloating(left) || IsFloating(right))
            {
                var sum = FloatingSum(left, right);
                return double.IsInfinity(ToDouble(sum)) && !IsInfinite(left) && !IsInfinite(right) ? null : sum;
            }
        }
        catch (OverflowException)
        {
            return null;
        }

        var whole = ToInteger(left) + ToInteger(right);
        return left is BigInteger || right is BigInteger ? whole : Fit(whole, TypeOfSum(Integers[left.GetType()], Integers[right.GetType()]));
    }

    private static object FloatingSum(object left, object right) => (left, right) switch
    {
        (Half l, Half r) => l + r,
        (Half or float, Half or float) => (object)((float)ToDouble(left) + (float)ToDouble(right)),
        _ => ToDouble(left) + ToDouble(right),
    };

    private static bool IsInfinite(object value) => IsFloating(value) && double.IsInfinity(ToDouble(value));

    /// <summary>Whether two numbers have the same value, whatever their types.</summary>
    public static bool AreEqual(object left, object right)
    {
        if (left is decimal l && right is decimal r)
        {
            return l == r;
        }

        return (Whole(left), Whole(right)) switch
        {
            ({ } x, { } y) => x == y,
            (null, null) => ToDouble(left).Equals(ToDouble(right)),
            _ => false,
        };
    }

    private static bool IsInteger(object value) => value is BigInteger || Integers.ContainsKey(value.GetType());

    private static bool IsFloating(object value) => value is Half or float or double;

    private static (int Bits, bool IsSigned) TypeOfSum((int Bits, bool IsSigned) left, (int Bits, bool IsSigned) right)
    {
        if (left.IsSigned == right.IsSigned)
        {
            return (Math.Max(left.Bits, right.Bits), left.IsSigned);
        }

        var (signed, unsigned) = left.IsSigned ? (left.Bits, right.Bits) : (right.Bits, left.Bits);
        if (signed > unsigned)
        {
            return (signed, true);
        }

        return unsigned < 64 ? (2 * unsigned, true) : (unsigned, false);
    }

    private static object? Fit(BigInteger sum, (int Bits, bool IsSigned) type)
    {
        var lowest = type.IsSigned ? -BigInteger.Pow(2, type.Bits - 1) : 0;
        var highest = BigInteger.Pow(2, type.IsSigned ? type.Bits - 1 : type.Bits) - 1;
        return sum < lowest || sum > highest ? null : type switch
        {
            (8, true) => (sbyte)sum,
            (8, false) => (byte)sum,
            (16, true) => (short)sum,
            (16, false) => (ushort)sum,
            (32, true) => (int)sum,
            (32, false) => (uint)sum,
            (64, true) => (long)sum,
            (64, false) => (ulong)sum,
            (128, true) => (Int128)sum,
            _ => (object)(UInt128)sum,
        };
    }

    private static BigInteger? Whole(object value) => value switch
    {
        decimal number => number == Math.Floor(number) ? (BigInteger)number : null,
        _ when IsInteger(value) => ToInteger(value),
        _ => ToDouble(value) is var number && double.IsInteger(number) ? (BigInteger)number : null,
    };

    private static BigInteger ToInteger(object value) => BigInteger.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);

    private static double ToDouble(object value) => value switch
    {
        double number => number,
        float number => number,
        Half number => (double)number,
        decimal number => (double)number,
        _ => (double)ToInteger(value),
    };

    private static decimal ToDecimal(object value) => value switch
    {
        decimal number => number,
        _ when IsFloating(value) => (decimal)ToDouble(value),
        _ => (decimal)ToInteger(value),
    };
}
