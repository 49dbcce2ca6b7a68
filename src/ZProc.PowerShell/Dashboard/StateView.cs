using System.Text.Json;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Dashboard;

/// <summary>The keys of one namespace that a page shows, and which of them it has yet to be sent. Not thread-safe.</summary>
internal sealed class StateView : IDisposable
{
    /// <summary>The most keys that a page shows. Of a larger namespace it shows those that a search finds.</summary>
    public const int MaximumKeys = 50_000;

    private readonly IClient _client;
    private readonly string _namespace;
    private readonly string _search;
    private readonly NamespaceFollower _follower;
    private readonly CancellationToken _cancellation;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsent = new(StringComparer.Ordinal);
    private bool _isOpen;

    /// <param name="client">The client.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="search">A part of the keys to show; empty for all keys.</param>
    /// <param name="available">Called when something has changed; must only signal.</param>
    /// <param name="cancellation">Ends waits for the server.</param>
    public StateView(IClient client, string ns, string search, Action available, CancellationToken cancellation)
    {
        _client = client;
        _namespace = ns;
        _search = search;
        _cancellation = cancellation;
        _follower = new NamespaceFollower(client, ns, available, cancellation);
    }

    /// <summary>Whether there are keys to send.</summary>
    public bool HasUnsent => _unsent.Count > 0;

    /// <summary>Takes the changes that there are.</summary>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public void Refresh()
    {
        if (_isOpen && _follower.TryTake(update =>
        {
            foreach (var change in update.Changes)
            {
                Note(change.Key);
            }
        }))
        {
            return;
        }

        var snapshot = _follower.Open();
        _isOpen = true;
        _unsent.UnionWith(_shown); // some may be gone
        foreach (var (key, _) in snapshot.Entries)
        {
            Note(key);
        }
    }

    /// <summary>Writes some of the changed keys, as they are now: the rows of keys, and the keys that are gone.</summary>
    /// <param name="json">The message.</param>
    /// <param name="count">How many keys at most.</param>
    public void Write(Utf8JsonWriter json, int count)
    {
        var gone = new List<string>();
        json.WriteStartArray("rows");
        foreach (var key in _unsent.Take(count).ToArray())
        {
            _unsent.Remove(key);
            if (_client.Get(_namespace, key, cancellation: _cancellation) is { } entry)
            {
                PageRows.Entry(json, key, entry.Value, entry.Revision, entry.Updated);
            }
            else
            {
                _shown.Remove(key);
                gone.Add(key);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("gone");
        foreach (var key in gone)
        {
            json.Text(key);
        }

        json.WriteEndArray();
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
