using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Dashboard;

/// <summary>The records of all processes of a context, kept current by a watch. Not thread-safe.</summary>
internal sealed class ProcessBook : IDisposable
{
    private readonly Dictionary<string, ProcessRecord> _records = new(StringComparer.Ordinal);
    private readonly NamespaceFollower _follower;

    /// <param name="client">The client.</param>
    /// <param name="available">Called when records have changed; must only signal.</param>
    /// <param name="cancellation">Ends waits for the server.</param>
    public ProcessBook(IClient client, Action available, CancellationToken cancellation) =>
        _follower = new NamespaceFollower(client, KeyName.Processes, available, cancellation);

    /// <summary>The records by their keys.</summary>
    public IReadOnlyDictionary<string, ProcessRecord> Records => _records;

    /// <summary>Begins to follow, or begins again.</summary>
    /// <returns>The keys of all records that may have changed.</returns>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public IReadOnlyCollection<string> Open()
    {
        var changed = _records.Keys.ToHashSet(StringComparer.Ordinal);
        var snapshot = _follower.Open();
        _records.Clear();
        foreach (var (key, entry) in snapshot.Entries)
        {
            Set(key, entry.Value);
            changed.Add(key);
        }

        return changed;
    }

    /// <summary>Applies the changes that there are.</summary>
    /// <returns>The keys of the records that have changed.</returns>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public IReadOnlyCollection<string> Refresh()
    {
        var changed = new Dictionary<string, EncodedValue?>(StringComparer.Ordinal);
        if (!_follower.TryTake(update => Note(update, changed)))
        {
            return Open();
        }

        foreach (var (key, value) in changed)
        {
            Set(key, value);
        }

        return changed.Keys;
    }

    /// <inheritdoc/>
    public void Dispose() => _follower.Dispose();

    private static void Note(Update update, Dictionary<string, EncodedValue?> changed)
    {
        foreach (var change in update.Changes)
        {
            changed[change.Key] = change.After;
        }
    }

    private void Set(string key, EncodedValue? value)
    {
        _records.Remove(key);
        if (value is { } present && ProcessRecord.TryDecode(key, present) is { } record)
        {
            _records[key] = record;
        }
    }
}
