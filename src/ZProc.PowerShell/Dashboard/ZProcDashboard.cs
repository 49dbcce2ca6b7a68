using System.Security.Cryptography;
using ZProc.Contexts;
using ZProc.Core;

namespace ZProc.Dashboard;

/// <summary>A page that shows a context, served to this machine until <c>Stop-ZProcDashboard</c> or the end of the context.</summary>
public sealed class ZProcDashboard : IDisposable
{
    private const int TokenBytes = 16;

    private readonly string _token = Convert.ToHexString(RandomNumberGenerator.GetBytes(TokenBytes)).ToLowerInvariant();
    private readonly DashboardModel _model;
    private readonly DashboardServer _server;
    private DashboardRoutes? _routes;
    private int _ended;

    private ZProcDashboard(ZProcContext context, int? port, bool allowControl)
    {
        Context = context;
        AllowControl = allowControl;
        _model = new DashboardModel(context, EndSoon);
        _server = DashboardServer.Start(port, MakeRoutes);
    }

    /// <summary>The context that the page shows.</summary>
    public ZProcContext Context { get; }

    /// <summary>Whether the page can stop, kill and restart processes.</summary>
    public bool AllowControl { get; }

    /// <summary>The port on the loopback interface.</summary>
    public int Port => _server.Port;

    /// <summary>Whether the page is served.</summary>
    public bool IsRunning => Volatile.Read(ref _ended) == 0;

    /// <summary>When the dashboard began.</summary>
    public DateTime StartTime { get; } = DateTime.Now;

    /// <summary>The address of the page. It holds the token that a browser needs. In PowerShell it is the hidden property <c>Url</c>.</summary>
    public string GetUrl() => _server.AddressOf(_token);

    /// <inheritdoc/>
    public override string ToString() => $"{Context.Name} on port {Port}";

    /// <summary>Ends the dashboard: no port is open, and no thread is left. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            Context.Dashboards.Remove(this);
            _server.Dispose();
            _model.Dispose();
            _routes?.Dispose();
        }
    }

    /// <summary>Begins to serve a page.</summary>
    /// <param name="context">The context to show.</param>
    /// <param name="port">The port; null for a free one.</param>
    /// <param name="allowControl">Whether the page may stop, kill and restart processes.</param>
    /// <exception cref="FaultException">InvalidArgument: the port is in use. ContextStopped; ConnectionLost.</exception>
    internal static ZProcDashboard Start(ZProcContext context, int? port, bool allowControl)
    {
        var dashboard = new ZProcDashboard(context, port, allowControl);
        try
        {
            dashboard._model.Start();
            context.Dashboards.Add(dashboard);
            return dashboard;
        }
        catch
        {
            dashboard.Dispose();
            throw;
        }
    }

    private DashboardRoutes MakeRoutes(int port) => _routes = new DashboardRoutes(Context, _model, new RequestGuard(_token, port), AllowControl);

    /// <summary>Ends the dashboard on a thread of its own: the caller is a thread that the end waits for.</summary>
    private void EndSoon() => BackgroundThread.Start(Dispose, "ZProc dashboard end");
}
