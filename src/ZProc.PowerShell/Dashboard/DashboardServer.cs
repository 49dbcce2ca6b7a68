using System.Net;
using System.Net.Sockets;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Dashboard;

/// <summary>Listens on the loopback interface for the requests of pages. Each request has a thread of its own. Thread-safe.</summary>
internal sealed class DashboardServer : IDisposable
{
    private const int MaximumRequests = 64;
    private const int PortAttempts = 20;
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly DashboardRoutes _routes;
    private readonly HttpListener _listener;
    private readonly Thread _thread;
    private readonly HashSet<Thread> _requests = [];
    private bool _isEnded;

    private DashboardServer(HttpListener listener, int port, DashboardRoutes routes)
    {
        _listener = listener;
        _routes = routes;
        Port = port;
        _thread = new Thread(Accept) { IsBackground = true, Name = "ZProc dashboard port" };
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    // Windows lets users without further rights listen under this name. Elsewhere the name could mean another address than the one that browsers try first.
    private static string Host => OperatingSystem.IsWindows() ? "localhost" : "127.0.0.1";

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; null for a free one.</param>
    /// <param name="routesAt">Makes the routes for a port.</param>
    /// <exception cref="FaultException">InvalidArgument: the port is in use.</exception>
    public static DashboardServer Start(int? port, Func<int, DashboardRoutes> routesAt)
    {
        for (var attempt = 1; ; attempt++)
        {
            var tried = port ?? FreePort();
            var listener = new HttpListener();
            try
            {
                listener.Prefixes.Add($"http://{Host}:{tried}/");
                listener.Start();
                var server = new DashboardServer(listener, tried, routesAt(tried));
                server._thread.Start();
                return server;
            }
            catch (Exception e) when (e is HttpListenerException or SocketException)
            {
                listener.Close();
                if (port is not null || attempt == PortAttempts)
                {
                    throw new FaultException(Fault.InvalidArgument, $"-Port: the port {tried} cannot be listened on: {e.Message} Give another port, or leave -Port out for a free one.", tried, e);
                }

                ZProcEventSource.Log.FaultCaught(nameof(DashboardServer), e); // Expected: another program was faster. Another port is tried.
            }
        }
    }

    /// <summary>The address of a page.</summary>
    public string AddressOf(string token) => $"http://{Host}:{Port}/{token}/";

    /// <summary>Ends: tells the pages, closes the port, and returns when no thread is left.</summary>
    public void Dispose()
    {
        Thread[] left;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            left = [_thread, .. _requests];
        }

        _routes.End();
        var deadline = Deadline.After(EndBound);
        foreach (var thread in left.Skip(1).Where(thread => thread != Thread.CurrentThread))
        {
            thread.Join(deadline.Remaining);
        }

        _listener.Close();
        _thread.Join(EndBound);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Begin(_listener.GetContext());
            }
        }
        catch (Exception expected) when (expected is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            ZProcEventSource.Log.FaultCaught(nameof(DashboardServer), expected); // Expected: the dashboard ends.
        }
    }

    private void Begin(HttpListenerContext request)
    {
        var thread = new Thread(() => Serve(request)) { IsBackground = true, Name = "ZProc dashboard page" };
        lock (_gate)
        {
            if (!_isEnded && _requests.Count < MaximumRequests)
            {
                _requests.Add(thread);
                thread.Start();
                return;
            }
        }

        request.Response.Abort();
    }

    private void Serve(HttpListenerContext request)
    {
        try
        {
            _routes.Serve(request);
            request.Response.Close();
        }
#pragma warning disable CA1031 // an exception that left the thread would end the session
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: the browser has closed the connection, or the dashboard ends.
            ZProcEventSource.Log.FaultCaught(nameof(DashboardServer), expected);
            request.Response.Abort();
        }
        finally
        {
            lock (_gate)
            {
                _requests.Remove(Thread.CurrentThread);
            }
        }
    }
}
