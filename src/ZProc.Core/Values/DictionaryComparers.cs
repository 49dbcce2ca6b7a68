using System.Collections;
using System.Collections.Specialized;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ZProc.Core.Values;

/// <summary>
/// Tells whether a dictionary ignores case, which is the only property of a comparer that travels. The decoded dictionary has the
/// comparer that PowerShell's <c>@{}</c> and <c>[ordered]@{}</c> use.
/// </summary>
internal static class DictionaryComparers
{
    // Neither field is public. Where a later .NET names them otherwise, the dictionary counts as one that ignores case.
    private static readonly FieldInfo? OrderedComparer =
        typeof(OrderedDictionary).GetField("_comparer", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly FieldInfo? SynchronizedTable =
        Hashtable.Synchronized([]).GetType().GetField("_table", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>The comparer of a decoded dictionary; null for the default one, which does not ignore case.</summary>
    public static StringComparer? For(bool ignoresCase) => ignoresCase ? StringComparer.OrdinalIgnoreCase : null;

    public static bool IgnoresCase(Hashtable table)
    {
        if (table.IsSynchronized)
        {
            // The wrapper has no comparer; the table inside has one.
            return SynchronizedTable?.GetValue(table) is not Hashtable inner || IgnoresCase(inner);
        }

        return IgnoresCase(GetComparer(table));
    }

    public static bool IgnoresCase(OrderedDictionary dictionary) =>
        OrderedComparer is null || IgnoresCase(OrderedComparer.GetValue(dictionary));

    public static bool IgnoresCase(Dictionary<string, object?> dictionary) => IgnoresCase(dictionary.Comparer);

    private static bool IgnoresCase(object? comparer) => comparer switch
    {
        null => false,
        _ when ReferenceEquals(comparer, StringComparer.OrdinalIgnoreCase) => true,
        IEqualityComparer any => any.Equals("a", "A"),
        IEqualityComparer<string> strings => strings.Equals("a", "A"),
        _ => false,
    };

    // A protected property, so it is part of the public surface of Hashtable.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    private static extern IEqualityComparer? GetComparer(Hashtable table);
}
