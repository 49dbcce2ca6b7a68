namespace ZProc.Core.State;

/// <summary>Chooses keys: literal ones, keys that match a pattern, or all; without the excluded ones.</summary>
public sealed class KeyFilter
{
    private readonly HashSet<string> _literals;
    private readonly Predicate<string>[] _patterns;
    private readonly Predicate<string>[] _excluded;
    private readonly bool _any;

    /// <summary>Creates it. With neither literals nor patterns it chooses every key that is not excluded.</summary>
    /// <param name="literals">Keys taken as they are.</param>
    /// <param name="patterns">Matchers, such as wildcards. They must be pure and thread-safe.</param>
    /// <param name="excluded">Matchers for keys that are never chosen.</param>
    public KeyFilter(
        IEnumerable<string>? literals = null, IEnumerable<Predicate<string>>? patterns = null, IEnumerable<Predicate<string>>? excluded = null)
    {
        _literals = new HashSet<string>(literals ?? [], StringComparer.Ordinal);
        _patterns = patterns?.ToArray() ?? [];
        _excluded = excluded?.ToArray() ?? [];
        _any = _literals.Count == 0 && _patterns.Length == 0;
    }

    /// <summary>Every key.</summary>
    public static KeyFilter All { get; } = new();

    /// <summary>The literal keys when the filter has nothing else; null when there are patterns or exclusions, or every key is chosen.</summary>
    public IReadOnlyCollection<string>? OnlyLiterals => !_any && _patterns.Length == 0 && _excluded.Length == 0 ? _literals : null;

    /// <summary>Whether a key is chosen.</summary>
    public bool Matches(string key)
    {
        foreach (var excluded in _excluded)
        {
            if (excluded(key))
            {
                return false;
            }
        }

        if (_any || _literals.Contains(key))
        {
            return true;
        }

        foreach (var pattern in _patterns)
        {
            if (pattern(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an update changed a chosen key.</summary>
    public bool Matches(Update update)
    {
        foreach (var change in update.Changes)
        {
            if (Matches(change.Key))
            {
                return true;
            }
        }

        return false;
    }
}
