using System.Net;
using System.Text.Json;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Dashboard;

/// <summary>
/// Sends one page what it shows, as server-sent events: first everything, then what changes. Runs on the thread of its request.
/// </summary>
internal sealed class EventStream : IDisposable
{
    private const int RowsAtOnce = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ZProcContext _context;
    private readonly DashboardModel _model;
    private readonly bool _allowControl;
    private readonly HttpListenerResponse _response;
    private readonly AutoResetEvent _changed = new(false);
    private readonly DashboardFeed _feed;
    private readonly StateView _state;
    private readonly string _namespace;
    private readonly Dictionary<string, NamespaceInfo> _namespaces = new(StringComparer.Ordinal); // as sent
    private IReadOnlyList<WatcherInfo>? _watchers; // as sent

    public EventStream(ZProcContext context, DashboardModel model, bool allowControl, HttpListenerContext request, CancellationToken cancellation)
    {
        _context = context;
        _model = model;
        _allowControl = allowControl;
        _response = request.Response;
        _feed = new DashboardFeed(Signal);
        _namespace = request.Request.QueryString["ns"] is { Length: > 0 } ns ? ns : context.Namespace;
        KeyName.Check(_namespace, "namespace");
        _state = new StateView(context.Client, _namespace, request.Request.QueryString["search"] ?? "", Signal, cancellation);
    }

    /// <summary>Sends until the page is gone, or the dashboard ends.</summary>
    public void Run()
    {
        _response.ContentType = "text/event-stream; charset=utf-8";
        _response.SendChunked = true;
        try
        {
            Send(WriteHello);
            _model.Attach(_feed);
            while (SendChanges())
            {
                _changed.WaitOne();
                Thread.Sleep(Pause); // what changes meanwhile goes into the same messages
            }
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(EventStream), fault); // Expected: the context has ended. The page is told.
            Send(json => WriteMessage(json, "end", () => json.Text("reason", fault.Message)));
        }
        catch (OperationCanceledException expected)
        {
            ZProcEventSource.Log.FaultCaught(nameof(EventStream), expected); // Expected: the dashboard ends while the stream waits for the server.
            Send(json => WriteMessage(json, "end", () => json.Text("reason", "The dashboard was stopped.")));
        }
        finally
        {
            _model.Detach(_feed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        _changed.Dispose();
    }

    /// <summary>Tells the page that the dashboard ends.</summary>
    public void End(FaultException reason) => _feed.OnEnd(reason);

    private void Signal() => _changed.Set();

    /// <summary>Sends what has changed.</summary>
    /// <returns>False when the dashboard has ended.</returns>
    private bool SendChanges()
    {
        var changes = _feed.Take();
        if (changes.End is { } end)
        {
            Send(json => WriteMessage(json, "end", () => json.Text("reason", end.Message)));
            return false;
        }

        SendProcesses(changes.Processes);
        foreach (var keys in changes.Figures.Chunk(RowsAtOnce))
        {
            Send(json => WriteMessage(json, "figures", () => Rows(json, keys, key => PageRows.Figures(json, key, _model.FiguresOf(key)))));
        }

        if (changes.HasTicked)
        {
            SendNamespaces();
            SendWatchers();
            if (_model.Samples is [.., var newest])
            {
                Send(json => WriteMessage(json, "sample", () => Rows(json, [newest], sample => PageRows.Sample(json, sample))));
            }
        }

        _state.Refresh();
        while (_state.HasUnsent)
        {
            var state = _state.Take(RowsAtOnce);
            Send(json => WriteMessage(json, "state", () =>
            {
                Rows(json, state.Entries, pair => PageRows.Entry(json, pair.Key, pair.Value.Value, pair.Value.Revision, pair.Value.Updated));
                Gone(json, state.Gone);
            }));
        }

        return true;
    }

    private void SendProcesses(IReadOnlyCollection<string> changed)
    {
        foreach (var keys in changed.Chunk(RowsAtOnce))
        {
            var records = keys.Select(key => (Key: key, Record: _model.Find(key))).ToArray();
            Send(json => WriteMessage(json, "processes", () =>
            {
                Rows(json, records.Where(pair => pair.Record is not null), pair => PageRows.Process(json, pair.Record!));
                Gone(json, records.Where(pair => pair.Record is null).Select(pair => pair.Key));
            }));
        }
    }

    private void SendNamespaces()
    {
        var now = _model.Namespaces;
        var changed = now.Where(info => _namespaces.GetValueOrDefault(info.Name) != info).ToArray();
        var names = now.Select(info => info.Name).ToHashSet(StringComparer.Ordinal);
        var gone = _namespaces.Keys.Where(name => !names.Contains(name)).ToArray();
        if (changed.Length + gone.Length == 0)
        {
            return;
        }

        foreach (var name in gone)
        {
            _namespaces.Remove(name);
        }

        foreach (var info in changed)
        {
            _namespaces[info.Name] = info;
        }

        Send(json => WriteMessage(json, "namespaces", () =>
        {
            Rows(json, changed, info => PageRows.Namespace(json, info));
            Gone(json, gone);
        }));
    }

    private void SendWatchers()
    {
        var now = _model.Watchers;
        if (_watchers is null || !now.SequenceEqual(_watchers))
        {
            _watchers = now;
            Send(json => WriteMessage(json, "watchers", () => Rows(json, now, watcher => PageRows.Watcher(json, watcher))));
        }
    }

    private void WriteHello(Utf8JsonWriter json) => WriteMessage(json, "hello", () =>
    {
        json.Text("name", _context.Name);
        json.Text("id", _context.Id.ToString());
        json.Text("endpoint", _context.Endpoint);
        json.WritePropertyName("server");
        json.Number(_context.ProcessId);
        json.WriteBoolean("owner", _context.IsOwner);
        json.WriteBoolean("control", _allowControl);
        json.Text("session", _context.Self.Id.ToString());
        json.Text("machine", Environment.MachineName);
        json.Text("namespace", _namespace);
        json.WriteNumber("maximum", StateView.MaximumKeys);
        json.WriteStartArray("samples");
        foreach (var sample in _model.Samples)
        {
            PageRows.Sample(json, sample);
        }

        json.WriteEndArray();
    });

    private static void WriteMessage(Utf8JsonWriter json, string type, Action writeParts)
    {
        json.WriteStartObject();
        json.Text("type", type);
        writeParts();
        json.WriteEndObject();
    }

    private static void Rows<T>(Utf8JsonWriter json, IEnumerable<T> rows, Action<T> write)
    {
        json.WriteStartArray("rows");
        foreach (var row in rows)
        {
            write(row);
        }

        json.WriteEndArray();
    }

    private static void Gone(Utf8JsonWriter json, IEnumerable<string> keys)
    {
        json.WriteStartArray("gone");
        foreach (var key in keys)
        {
            json.Text(key);
        }

        json.WriteEndArray();
    }

    private void Send(Action<Utf8JsonWriter> write)
    {
        byte[] message = [.. "data: "u8, .. JsonText.Of(write), .. "\n\n"u8];
        _response.OutputStream.Write(message);
        _response.OutputStream.Flush();
    }
}
