using System.Globalization;
using System.Net;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Errors;

namespace ZProc.Dashboard;

/// <summary>Answers the requests of pages. Thread-safe.</summary>
internal sealed class DashboardRoutes : IDisposable
{
    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly DashboardModel _model;
    private readonly RequestGuard _guard;
    private readonly bool _allowControl;
    private readonly CancellationTokenSource _stop = new();
    private readonly DashboardControl _control;
    private readonly DashboardQueries _queries;
    private readonly List<EventStream> _streams = [];
    private FaultException? _end;

    /// <param name="context">The context.</param>
    /// <param name="model">What the pages show.</param>
    /// <param name="guard">Decides which requests are served.</param>
    /// <param name="allowControl">Whether a page may stop, kill and restart processes.</param>
    public DashboardRoutes(ZProcContext context, DashboardModel model, RequestGuard guard, bool allowControl)
    {
        _context = context;
        _model = model;
        _guard = guard;
        _allowControl = allowControl;
        _control = new DashboardControl(context, allowControl, _stop.Token);
        _queries = new DashboardQueries(context, _control, _stop.Token);
    }

    /// <summary>Serves a request, and returns when the answer is complete.</summary>
    public void Serve(HttpListenerContext request)
    {
        if (!_guard.Permits(request.Request))
        {
            Answer(request.Response, HttpStatusCode.Forbidden);
            return;
        }

        try
        {
            Route(request, (request.Request.HttpMethod, request.Request.Url!.Segments.Length > 2 ? string.Concat(request.Request.Url.Segments.Skip(2)) : ""));
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(DashboardRoutes), fault); // Expected: the page is told.
            Answer(request.Response, StatusOf(fault.Fault), "application/json", JsonText.Of(json =>
            {
                json.WriteStartObject();
                json.Text("error", ErrorRecords.IdOf(fault.Fault));
                json.Text("message", fault.Message);
                json.WriteEndObject();
            }));
        }
    }

    /// <summary>Tells all pages that the dashboard ends.</summary>
    public void End()
    {
        lock (_gate)
        {
            _end ??= new FaultException(Fault.ContextStopped, "The dashboard was stopped.");
            foreach (var stream in _streams)
            {
                stream.End(_end);
            }
        }

        _stop.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Route(HttpListenerContext request, (string Method, string Path) route)
    {
        var query = request.Request.QueryString;
        switch (route)
        {
            case ("GET", ""):
                Answer(request.Response, HttpStatusCode.OK, "text/html; charset=utf-8", DashboardPage.Document);
                break;
            case ("GET", "events"):
                Stream(request);
                break;
            case ("GET", "value"):
                AnswerJson(request.Response, _queries.Value(query["ns"] ?? "", query["key"] ?? "", query["revision"] is null ? null : RevisionOf(query["revision"])));
                break;
            case ("GET", "state"):
                AnswerJson(request.Response, _queries.State(query["ns"] ?? "", RevisionOf(query["revision"]), query["search"] ?? ""));
                break;
            case ("GET", "output"):
                AnswerJson(request.Response, _queries.Output(IdOf(query["id"])));
                break;
            case ("POST", "stop" or "kill" or "restart"):
                Control(route.Path, IdOf(query["id"]));
                AnswerJson(request.Response, "{}"u8.ToArray());
                break;
            default:
                Answer(request.Response, HttpStatusCode.NotFound);
                break;
        }
    }

    private void Control(string action, Guid id)
    {
        switch (action)
        {
            case "stop":
                _control.Stop(id);
                break;
            case "kill":
                _control.Kill(id);
                break;
            default:
                _control.Restart(id);
                break;
        }
    }

    private void Stream(HttpListenerContext request)
    {
        using var stream = new EventStream(_context, _model, _allowControl, request, _stop.Token);
        lock (_gate)
        {
            if (_end is not null)
            {
                stream.End(_end);
            }

            _streams.Add(stream);
        }

        try
        {
            AddHeaders(request.Response);
            stream.Run();
        }
        finally
        {
            lock (_gate)
            {
                _streams.Remove(stream);
            }
        }
    }

    private static long RevisionOf(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
        ? revision
        : throw new FaultException(Fault.InvalidArgument, $"'{text}' is not a revision. Revisions count from 0.", text);

    private static Guid IdOf(string? text) => Guid.TryParse(text, out var id)
        ? id
        : throw new FaultException(Fault.InvalidArgument, $"'{text}' is not the id of a process.", text);

    private static HttpStatusCode StatusOf(Fault fault) => fault switch
    {
        Fault.Compacted => HttpStatusCode.Gone,
        Fault.KeyNotFound => HttpStatusCode.NotFound,
        Fault.InvalidArgument or Fault.InvalidKey => HttpStatusCode.BadRequest,
        Fault.NotPermitted => HttpStatusCode.Forbidden,
        Fault.Timeout => HttpStatusCode.Conflict,
        _ => HttpStatusCode.InternalServerError,
    };

    private static void AnswerJson(HttpListenerResponse response, byte[] body) => Answer(response, HttpStatusCode.OK, "application/json", body);

    private static void Answer(HttpListenerResponse response, HttpStatusCode status, string? type = null, byte[]? body = null)
    {
        AddHeaders(response);
        response.StatusCode = (int)status;
        response.ContentType = type;
        response.ContentLength64 = body?.Length ?? 0;
        if (body is not null)
        {
            response.OutputStream.Write(body);
        }
    }

    private static void AddHeaders(HttpListenerResponse response)
    {
        response.Headers["Server"] = "";
        response.Headers["Cache-Control"] = "no-store";
        response.Headers["Content-Security-Policy"] = DashboardPage.Policy;
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        response.Headers["X-Frame-Options"] = "DENY";
    }
}
