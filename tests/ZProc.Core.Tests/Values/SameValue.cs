using System.Collections;
using System.Collections.Specialized;
using System.Net;
using System.Text.RegularExpressions;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>Exact equality, of types too, deeply.</summary>
internal static class SameValue
{
    public static bool Of(object? left, object? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        if (left.GetType() != right.GetType())
        {
            return false;
        }

        return (left, right) switch
        {
            (Half l, Half r) => BitConverter.HalfToUInt16Bits(l) == BitConverter.HalfToUInt16Bits(r),
            (float l, float r) => BitConverter.SingleToUInt32Bits(l) == BitConverter.SingleToUInt32Bits(r),
            (double l, double r) => BitConverter.DoubleToUInt64Bits(l) == BitConverter.DoubleToUInt64Bits(r),
            (decimal l, decimal r) => decimal.GetBits(l).SequenceEqual(decimal.GetBits(r)),
            (DateTime l, DateTime r) => l.Kind == r.Kind && l.Ticks == r.Ticks,
            (DateTimeOffset l, DateTimeOffset r) => l.EqualsExact(r),
            (Uri l, Uri r) => l.OriginalString == r.OriginalString && l.IsAbsoluteUri == r.IsAbsoluteUri,
            (IPAddress l, IPAddress r) => l.Equals(r) && l.ToString() == r.ToString(),
            (Regex l, Regex r) => l.ToString() == r.ToString() && l.Options == r.Options && l.MatchTimeout == r.MatchTimeout,
            (PropertyBag l, PropertyBag r) => l.TypeNames.SequenceEqual(r.TypeNames) && l.Properties.Count == r.Properties.Count
                && l.Properties.Zip(r.Properties).All(pair => pair.First.Key == pair.Second.Key && Of(pair.First.Value, pair.Second.Value)),
            (OrderedDictionary l, OrderedDictionary r) => InOrder(l, r),
            (IDictionary l, IDictionary r) => Entries(l, r),
            (IList l, IList r) => l.Count == r.Count && l.Cast<object?>().Zip(r.Cast<object?>()).All(pair => Of(pair.First, pair.Second)),
            _ => left.Equals(right),
        };
    }

    private static bool Entries(IDictionary left, IDictionary right) =>
        left.Count == right.Count && left.Keys.Cast<object>().All(key => right.Contains(key) && Of(left[key], right[key]));

    private static bool InOrder(OrderedDictionary left, OrderedDictionary right) =>
        Entries(left, right) && left.Keys.Cast<object>().SequenceEqual(right.Keys.Cast<object>());
}
