using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Security.Cryptography;
using ZProc.Core.Values;

namespace ZProc.StatePeer;

/// <summary>Values as texts, which are equal where the values are equal and of the same type: the model's own idea of equality.</summary>
internal static class ValueText
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        Half half => $"Half:{BitConverter.HalfToUInt16Bits(half):X}({half.ToString(CultureInfo.InvariantCulture)})",
        float single => $"Single:{BitConverter.SingleToUInt32Bits(single):X}({single.ToString(CultureInfo.InvariantCulture)})",
        double number => $"Double:{BitConverter.DoubleToUInt64Bits(number):X}({number.ToString(CultureInfo.InvariantCulture)})",
        decimal number => $"Decimal:{string.Join(',', decimal.GetBits(number))}({number.ToString(CultureInfo.InvariantCulture)})",
        DateTime time => $"DateTime:{time.Ticks},{time.Kind}",
        IDictionary dictionary => OfDictionary(dictionary),
        byte[] { Length: > 16 } bytes => $"Byte[{bytes.Length}]:{Convert.ToHexString(SHA256.HashData(bytes)[..8])}",
        byte[] bytes => $"Byte[]:{Convert.ToHexString(bytes)}",
        IList list => $"{NameOf(list)}[{string.Join(';', list.Cast<object?>().Select(Of))}]",
        _ => $"{value.GetType().Name}:{Convert.ToString(value, CultureInfo.InvariantCulture)}",
    };

    /// <summary>A value of the state; null where there is none.</summary>
    public static string? Of(EncodedValue? value) => value is { } some ? Of(ValueCodec.Decode(some)) : null;

    /// <summary>The effect of a change on a key.</summary>
    public static string OfChange(string key, string? before, string? after) => $"'{key}' {before ?? "nothing"} -> {after ?? "nothing"}";

    /// <summary>Whether a dictionary ignores the case of its keys.</summary>
    public static bool IgnoresCase(IDictionary dictionary)
    {
        const string Lower = "\u0001ignores case";
        dictionary.Add(Lower, null);
        var ignores = dictionary.Contains(Lower.ToUpperInvariant());
        dictionary.Remove(Lower);
        return ignores;
    }

    private static string OfDictionary(IDictionary dictionary)
    {
        var entries = dictionary.Keys.Cast<object>().Select(key => $"{Of(key)}={Of(dictionary[key])}");
        if (dictionary is not OrderedDictionary)
        {
            entries = entries.Order(StringComparer.Ordinal);
        }

        return $"{NameOf(dictionary)}{(IgnoresCase(dictionary) ? "" : ",case")}{{{string.Join(';', entries)}}}";
    }

    private static string NameOf(object collection) =>
        collection.GetType() is { IsGenericType: true } type ? $"{type.Name}<{type.GetGenericArguments()[^1].Name}>" : collection.GetType().Name;
}
