using System.Collections.Specialized;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.State;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>One commit, as a watcher outputs it.</summary>
public sealed class ZStateUpdate
{
    private const int ShownChanges = 4;

    private readonly Update _update;
    private readonly KeyFilter _chosen;
    private OrderedDictionary? _before;
    private OrderedDictionary? _after;

    internal ZStateUpdate(Update update, KeyFilter chosen)
    {
        _update = update;
        _chosen = chosen;
    }

    /// <summary>The namespace.</summary>
    public string Namespace => _update.Namespace;

    /// <summary>The namespace's revision after this commit.</summary>
    public long Revision => _update.Revision;

    /// <summary>The number of this commit over all namespaces.</summary>
    public long Sequence => _update.Sequence;

    /// <summary>The changed keys.</summary>
    public string[] Keys => _update.Changes.Select(change => change.Key).ToArray();

    /// <summary>The changed keys with their values before the commit, except keys that did not exist.</summary>
    public OrderedDictionary Before => _before ??= ValuesOf(change => change.Before);

    /// <summary>The changed keys with their values after the commit, except removed keys.</summary>
    public OrderedDictionary After => _after ??= ValuesOf(change => change.After);

    /// <summary>The new value of the watched key; if several changed, of the first one.</summary>
    public object? Value => _update.Changes.FirstOrDefault(change => _chosen.Matches(change.Key)) is { After: { } value, Key: var key }
        ? PowerShellValues.Decode(key, value)
        : null;

    /// <summary>The name of the session or process that made the commit.</summary>
    public string Source => _update.Source.Name;

    /// <summary>The id of the session or process that made the commit.</summary>
    public Guid SourceId => _update.Source.Id;

    /// <summary>The time of the commit on the server's clock, in local time.</summary>
    public DateTime Timestamp => _update.Timestamp.ToLocalTime();

    /// <summary>The changes in one line, such as <c>a: 1 → 2, b = x, c removed</c>.</summary>
    public override string ToString()
    {
        var shown = _update.Changes.Where(change => _chosen.Matches(change.Key)).Take(ShownChanges).Select(change =>
            change.After is not { } after ? $"{change.Key} removed"
            : change.Before is not { } before ? $"{change.Key} = {ValueText.Of(after)}"
            : $"{change.Key}: {ValueText.Of(before)} → {ValueText.Of(after)}").ToList();
        if (_update.Changes.Count > shown.Count)
        {
            shown.Add($"{_update.Changes.Count - shown.Count} more");
        }

        return string.Join(", ", shown);
    }

    private OrderedDictionary ValuesOf(Func<KeyChange, EncodedValue?> side) => StateChanges.ToDictionary(
        _update.Changes.Where(change => side(change) is not null)
            .Select(change => new KeyValuePair<string, object?>(change.Key, PowerShellValues.Decode(change.Key, side(change)!.Value))));
}
