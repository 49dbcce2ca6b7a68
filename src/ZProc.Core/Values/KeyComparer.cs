using System.Collections;
using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>
/// Compares keys as .NET does, by hash codes that cannot be foreseen. Many types of .NET fold 64 bits or more into the same 32 for
/// everybody, so a sender can choose keys whose hash codes are all equal. A table of such keys takes quadratic time.
/// </summary>
internal sealed class KeyComparer : IEqualityComparer<object>, IEqualityComparer
{
    private static readonly KeyComparer WithCase = new(StringComparer.Ordinal);
    private static readonly KeyComparer WithoutCase = new(StringComparer.OrdinalIgnoreCase);

    private readonly StringComparer _texts;

    private KeyComparer(StringComparer texts) => _texts = texts;

    public static KeyComparer For(bool ignoresCase) => ignoresCase ? WithoutCase : WithCase;

    /// <summary>Whether a sender can choose keys of this kind whose hash codes in .NET are all equal.</summary>
    public static bool CanCollide(ValueKind kind) => kind is ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Int128 or ValueKind.UInt128
        or ValueKind.Double or ValueKind.Decimal or ValueKind.DateTime or ValueKind.DateTimeOffset or ValueKind.TimeOnly or ValueKind.TimeSpan
        or ValueKind.Guid or ValueKind.Version or ValueKind.IPAddress or ValueKind.Enum;

    /// <inheritdoc/>
    public new bool Equals(object? x, object? y) => x is string left && y is string right ? _texts.Equals(left, right) : object.Equals(x, y);

    /// <inheritdoc/>
    public int GetHashCode(object obj) => obj switch
    {
        string text => _texts.GetHashCode(text),
        long number => Mix((ulong)number),
        ulong number => Mix(number),
        Int128 number => Mix((ulong)(number >> 64), (ulong)number),
        UInt128 number => Mix((ulong)(number >> 64), (ulong)number),

        // The zeros are equal to each other, and so are all NaN.
        double number => Mix(number == 0 || double.IsNaN(number) ? (ulong)number.GetHashCode() : BitConverter.DoubleToUInt64Bits(number)),
        decimal number => MixParts(number),
        DateTime time => Mix((ulong)time.Ticks),
        DateTimeOffset time => Mix((ulong)time.UtcTicks),
        TimeOnly time => Mix((ulong)time.Ticks),
        TimeSpan span => Mix((ulong)span.Ticks),
        Guid guid => MixParts(guid),
        Version version => HashCode.Combine(version.Major, version.Minor, version.Build, version.Revision),
        System.Net.IPAddress { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } address => HashCode.Combine(address.GetHashCode(), (int)address.ScopeId),
        Enum member => HashCode.Combine(member.GetType(), Mix(ToBits(((IConvertible)member).ToType(Enum.GetUnderlyingType(member.GetType()), null)))),
        UnknownEnum member => HashCode.Combine(member.TypeName, Mix(ToBits(member.Value))),
        _ => obj.GetHashCode(),
    };

    private static int Mix(ulong bits) => HashCode.Combine((int)bits, (int)(bits >> 32));

    private static int Mix(ulong upper, ulong lower) => HashCode.Combine(Mix(upper), (int)lower, (int)(lower >> 32));

    private static int MixParts(Guid guid)
    {
        var halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in guid));
        return Mix(halves[0], halves[1]);
    }

    private static int MixParts(decimal number)
    {
        // Equal numbers of different scales have the same parts once the scale is the least one.
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(number == 0 ? 0 : number / 1.0000000000000000000000000000m, parts);
        return HashCode.Combine(parts[0], parts[1], parts[2], parts[3]);
    }

    private static ulong ToBits(object number) => number is ulong bits ? bits : (ulong)Convert.ToInt64(number, null);
}
