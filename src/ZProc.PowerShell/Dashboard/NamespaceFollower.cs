using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Dashboard;

/// <summary>Follows the updates of one namespace. A follower that fell behind begins again with the namespace as it is. Not thread-safe.</summary>
internal sealed class NamespaceFollower : IDisposable
{
    // So that a namespace with endless updates does not keep its reader from other work.
    private const int UpdatesAtOnce = 10_000;

    private readonly IClient _client;
    private readonly string _namespace;
    private readonly Action _available;
    private readonly CancellationToken _cancellation;
    private Watch? _watch;

    /// <param name="client">The client.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="available">Called when there are updates to take; must only signal.</param>
    /// <param name="cancellation">Ends waits for the server.</param>
    public NamespaceFollower(IClient client, string ns, Action available, CancellationToken cancellation)
    {
        _client = client;
        _namespace = ns;
        _available = available;
        _cancellation = cancellation;
    }

    /// <summary>Begins to follow, or begins again.</summary>
    /// <returns>The namespace at a moment after that.</returns>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public Snapshot Open()
    {
        var behind = _watch;
        _watch = _client.Watch(new WatchOptions { Namespace = _namespace }, _cancellation);
        _watch.OnAvailable(_available);
        behind?.Dispose();
        return _client.GetSnapshot(_namespace, cancellation: _cancellation);
    }

    /// <summary>Takes the updates that there are.</summary>
    /// <param name="take">Takes one update.</param>
    /// <returns>False when the follower fell behind, and has to be opened again.</returns>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public bool TryTake(Action<Update> take)
    {
        try
        {
            for (var count = 0; count < UpdatesAtOnce; count++)
            {
                if (!_watch!.TryRead(out var update))
                {
                    return true;
                }

                take(update);
            }

            _available(); // for the rest
            return true;
        }
        catch (FaultException fault) when (ServerFaults.MeansBehind(fault))
        {
            // Expected: the namespace changes faster than a dashboard shows. The namespace as it is tells all that counts.
            ZProcEventSource.Log.FaultCaught(nameof(NamespaceFollower), fault);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watch?.Dispose();
}
