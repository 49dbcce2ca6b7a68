using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Terminal;

namespace ZProc.Dashboard.Terminal;

/// <summary>Brings one namespace to the screen, and its updates. Not thread-safe.</summary>
internal sealed class TerminalState : IDisposable
{
    private const int RowsAtOnce = 5_000;
    private const int KeptUpdates = 1_000;
    private const int EarlierUpdates = 200;
    private const long KeptBytes = 16 * 1024 * 1024; // the log may drop an update before the screen does

    private readonly IClient _client;
    private readonly Screen _screen;
    private readonly StateView _view;
    private readonly CancellationToken _cancellation;
    private readonly SortedDictionary<long, Update> _updates = [];
    private List<Update> _fresh = [];
    private long _bytes;
    private bool _isShown;

    /// <param name="client">The client.</param>
    /// <param name="screen">The screen.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="search">A part of the keys to show; empty for all keys.</param>
    /// <param name="available">Called when something has changed; must only signal.</param>
    /// <param name="cancellation">Ends waits for the server.</param>
    public TerminalState(IClient client, Screen screen, string ns, string search, Action available, CancellationToken cancellation)
    {
        _client = client;
        _screen = screen;
        Namespace = ns;
        Search = search;
        _cancellation = cancellation;
        _view = new StateView(client, ns, search, available, cancellation, Add);
        screen.Clear(Pane.State);
        screen.Clear(Pane.Updates);
    }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>A part of the keys to show.</summary>
    public string Search { get; }

    /// <summary>An update that is shown; null when there is none.</summary>
    public Update? Find(long revision) => _updates.GetValueOrDefault(revision);

    /// <summary>Brings what has changed to the screen.</summary>
    /// <param name="isChanged">Whether a key has changed that is of interest.</param>
    /// <param name="key">That key.</param>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public void Refresh(string? key, out bool isChanged)
    {
        isChanged = false;
        if (_view.Refresh())
        {
            ShowUpdates(EarlierOnes(), isFresh: false);
        }

        if (_fresh.Count > 0)
        {
            (var fresh, _fresh) = (_fresh, []);
            ShowUpdates(fresh, isFresh: true);
        }

        var changed = _isShown ? Environment.TickCount64 : 0;
        while (_view.HasUnsent)
        {
            var changes = _view.Take(RowsAtOnce);
            _screen.Set(Pane.State, [.. changes.Entries.Select(pair => TerminalRows.Entry(pair.Key, pair.Value, changed))], changes.Gone);
            isChanged |= key is not null && (changes.Entries.Any(pair => pair.Key == key) || changes.Gone.Contains(key));
        }

        _isShown = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _view.Dispose();

    private void Add(Update update) => _fresh.Add(update);

    private IReadOnlyList<Update> EarlierOnes()
    {
        var revision = _client.Summarize(Namespace, cancellation: _cancellation).Revision;
        try
        {
            return _client.GetUpdates(Namespace, Math.Max(0, revision - EarlierUpdates), _cancellation).Updates;
        }
        catch (FaultException fault) when (fault.Fault is Fault.Compacted or Fault.InvalidArgument)
        {
            // Expected: the log keeps fewer updates, or the namespace was removed meanwhile.
            ZProcEventSource.Log.FaultCaught(nameof(TerminalState), fault);
            return _client.GetUpdates(Namespace, since: null, _cancellation).Updates;
        }
    }

    private void ShowUpdates(IReadOnlyList<Update> updates, bool isFresh)
    {
        foreach (var update in updates)
        {
            if (_updates.TryAdd(update.Revision, update))
            {
                _bytes += update.Size;
            }
        }

        var gone = new List<string>();
        while (_updates.Count > KeptUpdates || (_bytes > KeptBytes && _updates.Count > 1))
        {
            var (revision, oldest) = _updates.First();
            _updates.Remove(revision);
            _bytes -= oldest.Size;
            gone.Add(TerminalRows.KeyOf(oldest));
        }

        var changed = isFresh ? Environment.TickCount64 : 0;
        _screen.Set(Pane.Updates, [.. updates.Where(update => _updates.ContainsKey(update.Revision)).Select(update => TerminalRows.Update(update, changed))], gone);
    }
}
