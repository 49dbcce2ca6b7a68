using System.Management.Automation;
using ZProc.Core.State;
using ZProc.Core;

namespace ZProc.Watching;

/// <summary>Keys as users name them: as they are, or with wildcards. Case counts, as it does in the state.</summary>
internal static class KeyPatterns
{
    /// <summary>Whether a name has wildcards.</summary>
    public static bool IsPattern(string key) => WildcardPattern.ContainsWildcardCharacters(key);

    /// <summary>A matcher for one name.</summary>
    /// <exception cref="FaultException">InvalidKey: it is not a pattern.</exception>
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
                Fault.InvalidKey, $"'{pattern}' is not a valid wildcard pattern. Name a key with such characters by -LiteralKey.", pattern, wrong);
        }

        return matcher.IsMatch;
    }

    /// <summary>A filter for names with wildcards, less excluded ones.</summary>
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
