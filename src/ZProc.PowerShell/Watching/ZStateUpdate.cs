using System.Collections.Specialized;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.State;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>One commit as a watcher sees it.</summary>
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

    /// <summary>The server-wide order of this commit.</summary>
    public long Sequence => _update.Sequence;

    /// <summary>The keys it changed.</summary>
    public string[] Keys => _update.Changes.Select(change => change.Key).ToArray();

    /// <summary>The changed keys with their values before; a key that was missing is not in it.</summary>
    public OrderedDictionary Before => _before ??= ValuesOf(change => change.Before);

    /// <summary>The changed keys with their values after; a key that was removed is not in it.</summary>
    public OrderedDictionary After => _after ??= ValuesOf(change => change.After);

    /// <summary>The new value of the watched key; of the first one, if several changed.</summary>
    public object? Value => _update.Changes.FirstOrDefault(change => _chosen.Matches(change.Key)).After is { } value
        ? PowerShellValues.Decode(value)
        : null;

    /// <summary>The name of the session or process that made it.</summary>
    public string Source => _update.Source.Name;

    /// <summary>The id of the session or process that made it.</summary>
    public Guid SourceId => _update.Source.Id;

    /// <summary>When the server committed it, in local time.</summary>
    public DateTime Timestamp => _update.Timestamp.ToLocalTime();

    /// <summary>What it did, in a line: <c>a: 1 → 2, b = x, c removed</c>.</summary>
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
            .Select(change => new KeyValuePair<string, object?>(change.Key, PowerShellValues.Decode(side(change)!.Value))));
}
