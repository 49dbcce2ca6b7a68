using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Dashboard;

/// <summary>The keys of one namespace that a viewer shows, and which of them the viewer has yet to take. Not thread-safe.</summary>
internal sealed class StateView : IDisposable
{
    /// <summary>The most keys that a viewer shows. Of a larger namespace it shows those that a search finds.</summary>
    public const int MaximumKeys = 50_000;

    private readonly IClient _client;
    private readonly string _namespace;
    private readonly string _search;
    private readonly NamespaceFollower _follower;
    private readonly CancellationToken _cancellation;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsent = new(StringComparer.Ordinal);
    private readonly Action<Update>? _updated;
    private bool _isOpen;

    /// <param name="client">The client.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="search">A part of the keys to show; empty for all keys.</param>
    /// <param name="available">Called when something has changed; must only signal.</param>
    /// <param name="cancellation">Ends waits for the server.</param>
    /// <param name="updated">Called with each update, on the thread that refreshes.</param>
    public StateView(IClient client, string ns, string search, Action available, CancellationToken cancellation, Action<Update>? updated = null)
    {
        _client = client;
        _namespace = ns;
        _search = search;
        _cancellation = cancellation;
        _updated = updated;
        _follower = new NamespaceFollower(client, ns, available, cancellation);
    }

    /// <summary>Whether there are keys to take.</summary>
    public bool HasUnsent => _unsent.Count > 0;

    /// <summary>Looks for changes.</summary>
    /// <returns>Whether the view began anew, at first or because it fell behind: updates may be missing.</returns>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public bool Refresh()
    {
        if (_isOpen && _follower.TryTake(update =>
        {
            foreach (var change in update.Changes)
            {
                Note(change.Key);
            }

            _updated?.Invoke(update);
        }))
        {
            return false;
        }

        var snapshot = _follower.Open();
        _isOpen = true;
        _unsent.UnionWith(_shown); // some may be gone
        foreach (var (key, _) in snapshot.Entries)
        {
            Note(key);
        }

        return true;
    }

    /// <summary>Takes some of the changed keys, as they are now.</summary>
    /// <param name="count">How many keys at most.</param>
    public StateChanges Take(int count)
    {
        var entries = new List<KeyValuePair<string, Entry>>();
        var gone = new List<string>();
        foreach (var key in _unsent.Take(count).ToArray())
        {
            _unsent.Remove(key);
            if (_client.Get(_namespace, key, cancellation: _cancellation) is { } entry)
            {
                entries.Add(new(key, entry));
            }
            else
            {
                _shown.Remove(key);
                gone.Add(key);
            }
        }

        return new StateChanges(entries, gone);
    }

    /// <inheritdoc/>
    public void Dispose() => _follower.Dispose();

    private void Note(string key)
    {
        if (_shown.Contains(key) || (_shown.Count < MaximumKeys && key.Contains(_search, StringComparison.OrdinalIgnoreCase) && _shown.Add(key)))
        {
            _unsent.Add(key);
        }
    }
}
