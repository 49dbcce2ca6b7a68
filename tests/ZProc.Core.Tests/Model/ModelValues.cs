using System.Collections;
using System.Collections.Specialized;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>The changes, applied to plain values. Each gives the new value, or null for a refusal; null is never a new value.</summary>
internal static class ModelValues
{
    public static object? Increment(object? current, object? by)
    {
        if (!ModelNumbers.IsNumber(by))
        {
            return null;
        }

        return current is null ? by : ModelNumbers.IsNumber(current) ? ModelNumbers.Sum(current, by!) : null;
    }

    public static object? Append(object? current, object? item)
    {
        if (current is ArrayList any)
        {
            return new ArrayList(any) { item };
        }

        if (current is not null and not IList || current is OrderedDictionary)
        {
            return null;
        }

        var list = (IList?)current ?? Array.Empty<object>();
        var isArray = list is Array;
        var type = isArray ? list.GetType().GetElementType()! : list.GetType().GetGenericArguments()[0];
        if (type != typeof(object) && (item is null ? type.IsValueType : item.GetType() != type))
        {
            type = typeof(object);
        }

        if (isArray)
        {
            var array = Array.CreateInstance(type, list.Count + 1);
            list.CopyTo(array, 0);
            array.SetValue(item, list.Count);
            return array;
        }

        var longer = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type))!;
        foreach (var known in list)
        {
            longer.Add(known);
        }

        longer.Add(item);
        return longer;
    }

    public static object? Merge(object? current, object? entries)
    {
        if (entries is not IDictionary added || current is not null and not IDictionary)
        {
            return null;
        }

        if (current is null)
        {
            return entries;
        }

        var merged = (IDictionary)V(current).Plain()!;
        foreach (DictionaryEntry entry in added)
        {
            if (merged is Dictionary<string, object?> && entry.Key is not string)
            {
                return null;
            }

            merged[Spelling(merged, entry.Key)] = entry.Value;
        }

        return merged;
    }

    /// <summary>Equality as conditions have it.</summary>
    public static bool LooselyEqual(object? left, object? right) => (left, right) switch
    {
        (null, _) or (_, null) => left is null && right is null,
        (IDictionary l, IDictionary r) => AreEntriesEqual(l, r),
        (IDictionary, _) or (_, IDictionary) => false,
        (IList l, IList r) => l.Count == r.Count && l.Cast<object?>().Zip(r.Cast<object?>()).All(pair => LooselyEqual(pair.First, pair.Second)),
        _ when ModelNumbers.IsNumber(left) && ModelNumbers.IsNumber(right) => ModelNumbers.AreEqual(left, right),
        _ => ValueText.Of(left) == ValueText.Of(right),
    };

    private static object Spelling(IDictionary dictionary, object key) => dictionary.Contains(key) && key is string text && ValueText.IgnoresCase(dictionary)
        ? dictionary.Keys.OfType<string>().First(known => known.Equals(text, StringComparison.OrdinalIgnoreCase))
        : key;

    private static bool AreEntriesEqual(IDictionary left, IDictionary right)
    {
        var ignoresCase = ValueText.IgnoresCase(left) && ValueText.IgnoresCase(right);
        var others = right.Keys.Cast<object>().ToList();
        foreach (DictionaryEntry entry in left)
        {
            var at = others.FindIndex(other => IsSameKey(entry.Key, other, ignoresCase));
            if (at < 0 || !LooselyEqual(entry.Value, right[others[at]]))
            {
                return false;
            }

            others.RemoveAt(at);
        }

        return others.Count == 0;
    }

    private static bool IsSameKey(object left, object right, bool ignoresCase) => left is string l && right is string r
        ? l.Equals(r, ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
        : LooselyEqual(left, right);
}
