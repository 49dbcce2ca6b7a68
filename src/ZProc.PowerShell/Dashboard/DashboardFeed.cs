using ZProc.Core;

namespace ZProc.Dashboard;

/// <summary>
/// Collects what changes in a <see cref="DashboardModel"/> for one viewer. It keeps the keys of rows that have changed, not the rows: a
/// row that changes several times before the viewer takes it counts once, so a slow viewer costs a bounded amount of memory. Thread-safe.
/// </summary>
internal sealed class DashboardFeed
{
    private readonly object _gate = new();
    private readonly Action _available;
    private HashSet<string> _processes = new(StringComparer.Ordinal);
    private HashSet<string> _figures = new(StringComparer.Ordinal);
    private bool _hasTicked;
    private FaultException? _end;

    /// <param name="available">Called when there is something to take; must only signal.</param>
    public DashboardFeed(Action available) => _available = available;

    /// <summary>Takes what has changed since the last call.</summary>
    public DashboardChanges Take()
    {
        lock (_gate)
        {
            var changes = new DashboardChanges(_processes, _figures, _hasTicked, _end);
            _processes = new(StringComparer.Ordinal);
            _figures = new(StringComparer.Ordinal);
            _hasTicked = false;
            return changes;
        }
    }

    /// <summary>Records of processes have changed or are gone.</summary>
    public void OnProcesses(IEnumerable<string> keys) => Note(() => _processes.UnionWith(keys));

    /// <summary>Figures of processes have changed.</summary>
    public void OnFigures(IEnumerable<string> keys) => Note(() => _figures.UnionWith(keys));

    /// <summary>A second has passed.</summary>
    public void OnTick() => Note(() => _hasTicked = true);

    /// <summary>The context, or the dashboard, has ended.</summary>
    public void OnEnd(FaultException reason) => Note(() => _end ??= reason);

    private void Note(Action note)
    {
        lock (_gate)
        {
            note();
        }

        _available();
    }
}
