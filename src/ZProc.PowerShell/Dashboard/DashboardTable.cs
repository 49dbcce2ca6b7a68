using ZProc.Core;

namespace ZProc.Dashboard;

/// <summary>The dashboards of one context. They end with the context. Thread-safe.</summary>
internal sealed class DashboardTable
{
    private readonly object _gate = new();
    private readonly List<ZProcDashboard> _dashboards = [];
    private bool _isClosed;

    /// <summary>All dashboards, oldest first.</summary>
    public IReadOnlyList<ZProcDashboard> All
    {
        get
        {
            lock (_gate)
            {
                return _dashboards.ToArray();
            }
        }
    }

    /// <summary>Adds a dashboard.</summary>
    /// <exception cref="FaultException">ContextStopped.</exception>
    public void Add(ZProcDashboard dashboard)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw new FaultException(Fault.ContextStopped, $"The context '{dashboard.Context.Name}' has been stopped. Start another with Start-ZProcContext.");
            }

            _dashboards.Add(dashboard);
        }
    }

    /// <summary>Removes a dashboard.</summary>
    public void Remove(ZProcDashboard dashboard)
    {
        lock (_gate)
        {
            _dashboards.Remove(dashboard);
        }
    }

    /// <summary>Begins to end all dashboards, and takes no more. A page that does not read delays only its own end.</summary>
    /// <returns>Waits for the end.</returns>
    public Action BeginClose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        var threads = All.Select(dashboard => BackgroundThread.Start(dashboard.Dispose, "ZProc dashboard end")).ToArray();
        return () => Array.ForEach(threads, thread => thread.Join());
    }
}
