using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Conditions;

/// <summary>
/// Selects the updates after which the state meets a condition. The selector applies every update to its own copy of the values, so
/// the condition is evaluated at each revision, in order; a live one skips to the newest revision first.
/// </summary>
public sealed class StateSelector : IUpdateSelector
{
    private readonly IStateCondition _condition;
    private readonly KeyFilter _keys;
    private readonly KeyFilter _followed;
    private readonly Guid? _excludedSource;
    private readonly Func<Update?> _takeNewer;
    private readonly SortedDictionary<string, EncodedValue> _values = new(StringComparer.Ordinal);
    private Update? _initial;
    private volatile bool _isLive;

    /// <summary>Creates a selector.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="keys">The chosen keys: only an update that changes one of them is selected.</param>
    /// <param name="followed">The keys whose values the condition sees.</param>
    /// <param name="excludedSource">The source whose updates are applied but not selected; null for none.</param>
    /// <param name="takeNewer">Takes the next update if there is one, so that a live selector can skip to it.</param>
    public StateSelector(
        IStateCondition condition, KeyFilter keys, KeyFilter followed, Guid? excludedSource, Func<Update?> takeNewer)
    {
        _condition = condition;
        _keys = keys;
        _followed = followed;
        _excludedSource = excludedSource;
        _takeNewer = takeNewer;
    }

    /// <inheritdoc/>
    public long Revision { get; private set; }

    /// <summary>Whether updates but the newest are skipped. Any thread may set it.</summary>
    public bool IsLive
    {
        get => _isLive;
        set => _isLive = value;
    }

    /// <summary>Whether <see cref="SelectInitial"/> has yet to evaluate the state from before the first update.</summary>
    public bool HasInitial => _initial is not null;

    /// <summary>Takes the values where the watch begins.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="values">Its values.</param>
    /// <param name="revision">Its revision.</param>
    /// <param name="maySelect">Whether the state may be selected before any update; false for a watch that is resumed.</param>
    public void Begin(string ns, IEnumerable<KeyValuePair<string, EncodedValue>> values, long revision, bool maySelect)
    {
        Revision = revision;
        foreach (var (key, value) in values)
        {
            Set(key, value);
        }

        // A condition that runs a script is evaluated by the first read; another one is evaluated now, so that nothing is
        // announced in vain.
        if (maySelect && (_condition.RunsScript || IsMet))
        {
            _initial = new Update(
                ns, revision, 0, DateTime.UtcNow, new Source(Guid.Empty, "", 0),
                [.. _values.Where(pair => _keys.Matches(pair.Key)).Select(pair => new KeyChange(pair.Key, null, pair.Value))]);
        }
    }

    /// <summary>Evaluates the condition where the watch begins, once.</summary>
    /// <returns>An update that sets the chosen keys, or a newer one; null when the condition is not met.</returns>
    public Update? SelectInitial()
    {
        var initial = _initial;
        _initial = null;
        return initial is null ? null : SelectNewest(initial);
    }

    /// <inheritdoc/>
    public Update? Select(Update update)
    {
        Apply(update);
        return SelectNewest(IsCandidate(update) ? update : null);
    }

    private Update? SelectNewest(Update? candidate)
    {
        while (_isLive && _takeNewer() is { } newer)
        {
            Apply(newer);
            candidate = IsCandidate(newer) ? newer : candidate;
        }

        return candidate is not null && IsMet ? candidate : null;
    }

    private bool IsMet => _condition.IsMetBy(_values);

    private bool IsCandidate(Update update) => update.Source.Id != _excludedSource && _keys.Matches(update);

    private void Apply(Update update)
    {
        Revision = update.Revision;
        foreach (var change in update.Changes)
        {
            Set(change.Key, change.After);
        }
    }

    private void Set(string key, EncodedValue? value)
    {
        if (!_followed.Matches(key))
        {
            return;
        }

        if (value is { } present)
        {
            _values[key] = present;
        }
        else
        {
            _values.Remove(key);
        }
    }
}
