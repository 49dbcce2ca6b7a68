using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.Watching;

/// <summary>The keys that users name, literally or with wildcards. Matching is case-sensitive, as keys are.</summary>
internal static class KeyPatterns
{
    /// <summary>Whether a name has wildcards.</summary>
    public static bool IsPattern(string key) => WildcardPattern.ContainsWildcardCharacters(key);

    /// <summary>A matcher for one name.</summary>
    /// <exception cref="FaultException">InvalidKey: the name is not a valid pattern.</exception>
    public static Predicate<string> Matcher(string pattern)
    {
        var matcher = new WildcardPattern(pattern, WildcardOptions.CultureInvariant);
        try
        {
            _ = matcher.IsMatch("");
        }
        catch (RuntimeException wrong)
        {
            throw new FaultException(
                Fault.InvalidKey, $"'{pattern}' is not a valid wildcard pattern. Use -LiteralKey for a key with these characters.", pattern, wrong);
        }

        return matcher.IsMatch;
    }

    /// <summary>A filter for keys.</summary>
    /// <param name="keys">Keys with or without wildcards.</param>
    /// <param name="literals">Keys whose wildcard characters are literal.</param>
    /// <param name="excluded">Excluded keys, with or without wildcards.</param>
    public static KeyFilter Filter(IReadOnlyCollection<string> keys, IReadOnlyCollection<string> literals, IReadOnlyCollection<string> excluded)
    {
        foreach (var key in keys.Concat(literals))
        {
            KeyName.Check(key);
        }

        return new KeyFilter(
            literals.Concat(keys.Where(key => !IsPattern(key)).Select(WildcardPattern.Unescape)),
            keys.Where(IsPattern).Select(Matcher),
            excluded.Select(Matcher));
    }
}
