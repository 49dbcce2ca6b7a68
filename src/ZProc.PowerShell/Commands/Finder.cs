using System.Globalization;
using System.Management.Automation;
using ZProc.Errors;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>
/// Finds the objects that a command's <c>-Name</c> and <c>-Id</c> name, each once. A name without wildcards, or an id, that names nothing
/// is reported.
/// </summary>
internal static class Finder
{
    /// <summary>Finds by names, with wildcards, in the order of the names.</summary>
    /// <param name="all">All objects.</param>
    /// <param name="names">The names to find.</param>
    /// <param name="nameOf">The name of an object.</param>
    /// <param name="missing">Reports a name that names no object, with a sentence that proposes another name, or an empty one.</param>
    public static IEnumerable<T> ByName<T>(IReadOnlyCollection<T> all, IEnumerable<string> names, Func<T, string> nameOf, Action<string, string> missing)
        where T : class
    {
        var given = new HashSet<T>(ReferenceEqualityComparer.Instance);
        foreach (var name in names)
        {
            // A name that exists exactly as typed always means itself.
            var found = all.Where(one => name.Equals(nameOf(one), StringComparison.OrdinalIgnoreCase)).ToArray();
            var matches = found.Length == 0 ? KeyPatterns.TryNameMatcher(name) : null;
            if (matches is not null)
            {
                found = all.Where(one => matches(nameOf(one))).ToArray();
            }

            foreach (var one in found.Where(given.Add))
            {
                yield return one;
            }

            if (found.Length == 0 && (matches is null || !WildcardPattern.ContainsWildcardCharacters(name)))
            {
                missing(name, Suggestion.Sentence(name, all.Select(nameOf)));
            }
        }
    }

    /// <summary>Finds objects that have ids as well by names, with wildcards, in the order of the names.</summary>
    /// <param name="all">All objects.</param>
    /// <param name="names">The names to find.</param>
    /// <param name="nameOf">The name of an object.</param>
    /// <param name="idOf">The id of an object.</param>
    /// <param name="missing">Reports a name that names no object, with a sentence that proposes an id or another name, or an empty one.</param>
    public static IEnumerable<T> ByName<T>(
        IReadOnlyCollection<T> all, IEnumerable<string> names, Func<T, string> nameOf, Func<T, int> idOf, Action<object, string> missing)
        where T : class =>
        ByName(all, names, nameOf, (name, proposal) => missing(
            name,
            int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && all.FirstOrDefault(one => idOf(one) == id) is { } meant
                ? $" It is the id of '{nameOf(meant)}': -Id {id}."
                : proposal));

    /// <summary>Finds by ids, in the order of the ids.</summary>
    /// <param name="all">All objects.</param>
    /// <param name="ids">The ids to find.</param>
    /// <param name="idOf">The id of an object.</param>
    /// <param name="nameOf">The name of an object.</param>
    /// <param name="missing">Reports an id that no object has, with a sentence that proposes the name, or an empty one.</param>
    public static IEnumerable<T> ById<T>(
        IReadOnlyCollection<T> all, IEnumerable<int> ids, Func<T, int> idOf, Func<T, string> nameOf, Action<object, string> missing)
        where T : class
    {
        foreach (var id in ids.Distinct())
        {
            if (all.FirstOrDefault(one => idOf(one) == id) is { } found)
            {
                yield return found;
            }
            else
            {
                var name = id.ToString(CultureInfo.InvariantCulture);
                missing(id, all.Any(one => nameOf(one) == name) ? $" It is a name: -Name {name}." : string.Empty);
            }
        }
    }
}
