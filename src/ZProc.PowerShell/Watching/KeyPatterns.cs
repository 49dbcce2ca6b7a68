using System.Management.Automation;
using ZProc.Core.State;

namespace ZProc.Watching;

/// <summary>Keys with wildcards. Matching is case-sensitive, as keys are.</summary>
internal static class KeyPatterns
{
    /// <summary>A matcher for a pattern; null when the text is no valid pattern.</summary>
    public static Predicate<string>? TryMatcher(string pattern) => TryMatcher(pattern, WildcardOptions.CultureInvariant);

    /// <summary>A matcher for names, which ignores case; null when the text is no valid pattern.</summary>
    public static Predicate<string>? TryNameMatcher(string pattern) => TryMatcher(pattern, WildcardOptions.CultureInvariant | WildcardOptions.IgnoreCase);

    /// <summary>A filter for the keys of a watch. A key that is typed as a pattern may come into being later, so it counts beside those that the pattern finds.</summary>
    /// <param name="keys">Keys with wildcards.</param>
    /// <param name="literals">Keys whose wildcard characters are literal.</param>
    /// <param name="excluded">Excluded keys, with or without wildcards.</param>
    public static KeyFilter Filter(IReadOnlyCollection<string> keys, IReadOnlyCollection<string> literals, IReadOnlyCollection<string> excluded)
    {
        foreach (var key in keys.Concat(literals))
        {
            KeyName.Check(key);
        }

        return new KeyFilter(literals.Concat(keys), keys.Select(TryMatcher).OfType<Predicate<string>>(), excluded.Select(Excluder));
    }

    private static Predicate<string> Excluder(string pattern) =>
        TryMatcher(pattern) is { } matches ? key => key == pattern || matches(key) : key => key == pattern;

    private static Predicate<string>? TryMatcher(string pattern, WildcardOptions options)
    {
        var matcher = new WildcardPattern(pattern, options);
        try
        {
            _ = matcher.IsMatch("");
            return matcher.IsMatch;
        }
        catch (RuntimeException expected)
        {
            // Expected: a bracket without its partner. The text is then a name.
            Core.Diagnostics.ZProcEventSource.Log.FaultCaught(nameof(KeyPatterns), expected);
            return null;
        }
    }
}
