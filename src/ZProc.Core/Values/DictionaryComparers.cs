using System.Collections;
using System.Collections.Specialized;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ZProc.Core.Values;

/// <summary>
/// Tells whether a dictionary ignores case, which is the only property of a comparer that travels. The decoded dictionary has the
/// comparer that PowerShell's <c>@{}</c> and <c>[ordered]@{}</c> use.
/// </summary>
public static class DictionaryComparers
{
    // Neither field is public. Where a later .NET names them otherwise, the dictionary counts as one that ignores case.
    private static readonly FieldInfo? OrderedComparer = HiddenMembers.Field(typeof(OrderedDictionary), "_comparer");

    private static readonly FieldInfo? SynchronizedTable = HiddenMembers.Field(Hashtable.Synchronized([]).GetType(), "_table");

    /// <summary>Stands for a comparer that cannot be found.</summary>
    private static readonly object Unknown = new();

    /// <summary>The comparer of a decoded dictionary; null for the default one, which does not ignore case.</summary>
    public static StringComparer? For(bool ignoresCase) => ignoresCase ? StringComparer.OrdinalIgnoreCase : null;

    /// <summary>The comparer of a table; null for the default one.</summary>
    public static object? Of(Hashtable table)
    {
        if (table.IsSynchronized)
        {
            // The wrapper has no comparer; the table inside has one.
            return SynchronizedTable?.GetValue(table) is Hashtable inner ? Of(inner) : Unknown;
        }

        return GetComparer(table);
    }

    /// <inheritdoc cref="Of(Hashtable)"/>
    public static object? Of(OrderedDictionary dictionary) => OrderedComparer is null ? Unknown : OrderedComparer.GetValue(dictionary);

    /// <inheritdoc cref="Of(Hashtable)"/>
    public static object? Of(Dictionary<string, object?> dictionary) => dictionary.Comparer;

    /// <summary>Whether a comparer ignores case.</summary>
    public static bool IgnoresCase(object? comparer) => comparer switch
    {
        null => false,
        _ when ReferenceEquals(comparer, StringComparer.OrdinalIgnoreCase) || ReferenceEquals(comparer, Unknown) => true,
        IEqualityComparer any => any.Equals("a", "A"),
        IEqualityComparer<string> strings => strings.Equals("a", "A"),
        _ => false,
    };

    /// <summary>Whether texts that are different to a comparer are different to the comparer of the decoded dictionary, too.</summary>
    public static bool IsPlain(object? comparer) => comparer is null or KeyComparer
        || ReferenceEquals(comparer, StringComparer.OrdinalIgnoreCase)
        || ReferenceEquals(comparer, StringComparer.Ordinal)
        || ReferenceEquals(comparer, EqualityComparer<string>.Default);

    // A protected property, so it is part of the public surface of Hashtable.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    private static extern IEqualityComparer? GetComparer(Hashtable table);
}
