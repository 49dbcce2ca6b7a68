using System.Management.Automation;
using System.Runtime.InteropServices;

namespace ZProc.Watching;

/// <summary>
/// What a key means that a user typed where wildcards are allowed. A key that exists exactly as typed always means itself. Other text
/// with wildcards searches keys, and text that is no valid pattern is a key.
/// </summary>
/// <param name="Name">The key; of a search, the text as typed.</param>
/// <param name="Matches">Whether a key is found; null for a key that is named.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TypedKey(string Name, Predicate<string>? Matches)
{
    /// <summary>The meaning of a typed key.</summary>
    /// <param name="typed">The text, in which a backtick before a wildcard character makes it a plain one.</param>
    /// <param name="exists">Whether a key exists.</param>
    public static TypedKey Of(string typed, Predicate<string> exists)
    {
        var isPattern = WildcardPattern.ContainsWildcardCharacters(typed);
        var plain = WildcardPattern.Unescape(typed);
        return !isPattern && plain == typed ? new TypedKey(typed, null)
            : exists(typed) ? new TypedKey(typed, null)
            : !isPattern ? new TypedKey(plain, null)
            : new TypedKey(typed, KeyPatterns.TryMatcher(typed));
    }

    /// <summary>The meaning of a key that is given without wildcards.</summary>
    public static TypedKey Literal(string key) => new(key, null);
}
