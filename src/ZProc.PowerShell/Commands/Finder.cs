using System.Management.Automation;

namespace ZProc.Commands;

/// <summary>Finds what a command's <c>-Name</c> and <c>-Id</c> are about. What is named and not there is told, but for wildcards.</summary>
internal static class Finder
{
    /// <summary>Finds by names, with wildcards, in the order of the names.</summary>
    /// <param name="all">What there is.</param>
    /// <param name="names">What is looked for.</param>
    /// <param name="nameOf">Names one of them.</param>
    /// <param name="missing">Tells that there is none of a name.</param>
    public static IEnumerable<T> ByName<T>(IReadOnlyCollection<T> all, IEnumerable<string> names, Func<T, string> nameOf, Action<string> missing)
    {
        foreach (var name in names)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            var found = all.Where(one => pattern.IsMatch(nameOf(one))).ToArray();
            foreach (var one in found)
            {
                yield return one;
            }

            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                missing(name);
            }
        }
    }

    /// <summary>Finds by ids, in their order.</summary>
    /// <param name="all">What there is.</param>
    /// <param name="ids">What is looked for.</param>
    /// <param name="idOf">The id of one of them.</param>
    /// <param name="missing">Tells that there is none of an id.</param>
    public static IEnumerable<T> ById<T>(IReadOnlyCollection<T> all, IEnumerable<int> ids, Func<T, int> idOf, Action<int> missing)
        where T : class
    {
        foreach (var id in ids)
        {
            if (all.FirstOrDefault(one => idOf(one) == id) is { } found)
            {
                yield return found;
            }
            else
            {
                missing(id);
            }
        }
    }
}
