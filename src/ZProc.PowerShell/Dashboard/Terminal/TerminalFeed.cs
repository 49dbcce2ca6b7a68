using System.Globalization;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Terminal;

namespace ZProc.Dashboard.Terminal;

/// <summary>
/// Brings the context to a <see cref="ZProc.Terminal.Screen"/>, and carries out what the user asks for, on a thread of its own: a server that is slow
/// to answer keeps no key waiting.
/// </summary>
internal sealed class TerminalFeed : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50); // endless changes cost a bounded part of a processor
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);

    private readonly object _gate = new(); // guards the requests
    private readonly ZProcContext _context;
    private readonly DashboardModel _model;
    private readonly DashboardFeed _changes;
    private readonly DashboardControl _control;
    private readonly DashboardQueries _queries;
    private readonly CancellationTokenSource _stop;
    private readonly AutoResetEvent _available = new(false); // not disposed: a watch or a process's output may still signal it
    private readonly AutoResetEvent _changed = new(false);
    private readonly List<Thread> _threads = [];
    private readonly TerminalPlaces _places;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private List<ViewRequest> _requests = [];
    private Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private IReadOnlyList<WatcherInfo> _watchers = [];
    private TerminalState _state;
    private ViewRequest? _opened;
    private FaultException? _end;

    /// <param name="context">The context.</param>
    /// <param name="model">What is shown of it.</param>
    /// <param name="allowControl">Whether processes can be stopped and restarted.</param>
    /// <param name="cancellation">Ends the feed.</param>
    public TerminalFeed(ZProcContext context, DashboardModel model, bool allowControl, CancellationToken cancellation)
    {
        _context = context;
        _model = model;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _control = new DashboardControl(context, allowControl, _stop.Token);
        _queries = new DashboardQueries(context, _control, _stop.Token);
        _changes = new DashboardFeed(Signal);
        Screen = new Screen(allowControl, Ask);
        _places = new TerminalPlaces(Screen, context);
        _state = new TerminalState(context.Client, Screen, ContextTable.NamespaceOf(context), string.Empty, Signal, _stop.Token);
    }

    /// <summary>What is shown.</summary>
    public Screen Screen { get; }

    /// <summary>Is set when the screen has changed, or the context has ended.</summary>
    public WaitHandle Changed => _changed;

    /// <summary>Why the view ends; null while it goes on.</summary>
    public FaultException? End => Volatile.Read(ref _end);

    /// <summary>Begins to fill the screen.</summary>
    public void Start()
    {
        _model.Attach(_changes);
        _threads.Add(BackgroundThread.Start(Run, "ZProc terminal"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Detach(_changes);
        _stop.Cancel();
        _available.Set();
        _threads.ForEach(thread => thread.Join(EndBound));
        _state.Dispose();
    }

    private void Signal() => _available.Set();

    private void Ask(ViewRequest request)
    {
        lock (_gate)
        {
            _requests.Add(request);
        }

        Signal();
    }

    private void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested && End is null)
            {
                ShowChanges();
                _changed.Set();
                _available.WaitOne();
                _stop.Token.WaitHandle.WaitOne(Pause);
            }
        }
        catch (OperationCanceledException expected)
        {
            ZProcEventSource.Log.FaultCaught(nameof(TerminalFeed), expected); // Expected: the view ends while the feed waits for the server.
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(TerminalFeed), fault); // Expected: the context has ended. The command reports it.
            Volatile.Write(ref _end, fault);
        }

        _changed.Set();
    }

    private void ShowChanges()
    {
        var changes = _changes.Take();
        Volatile.Write(ref _end, changes.End);
        List<ViewRequest> requests;
        lock (_gate)
        {
            (requests, _requests) = (_requests, []);
        }

        requests.ForEach(CarryOut);
        _state.Refresh(_opened is { Pane: Pane.State } opened ? opened.Key : null, out var isValueChanged);
        ShowProcesses([.. changes.Processes, .. changes.Figures]);
        if (changes.HasTicked)
        {
            ShowTick();
        }

        if (_opened is { } open && (requests.Contains(open) || open.Pane switch
        {
            Pane.Processes => changes.Processes.Contains(open.Key) || changes.Figures.Contains(open.Key),
            Pane.State => isValueChanged,
            _ => false,
        }))
        {
            ShowDetails(open);
        }
    }

    private void ShowProcesses(HashSet<string> keys)
    {
        if (keys.Count == 0)
        {
            return;
        }

        _ids = _context.Processes.All.GroupBy(process => ProcessRecord.KeyOf(process.RecordId)).ToDictionary(group => group.Key, group => group.Last().Id, StringComparer.Ordinal);
        var rows = new List<Row>();
        var gone = new List<string>();
        foreach (var key in keys)
        {
            if (_model.Find(key) is { } record)
            {
                _names[key] = record.Name;
                rows.Add(TerminalRows.Process(record, _model.FiguresOf(key), _ids.TryGetValue(key, out var id) ? id : null));
            }
            else
            {
                _names.Remove(key);
                gone.Add(key);
            }
        }

        Screen.Set(Pane.Processes, rows, gone);
    }

    /// <summary>Shows what the model takes once a second.</summary>
    private void ShowTick()
    {
        if (_model.Samples is [.., var sample])
        {
            Screen.SetHeader(TerminalRows.Header(_context.Name, sample));
        }

        Screen.SetNamespaces(
            [.. _model.Namespaces.Select(info => info.Name).Where(name => !name.StartsWith(KeyName.OutputPrefix, StringComparison.Ordinal)).Append(_state.Namespace).Distinct().OrderBy(name => name.StartsWith(KeyName.ReservedPrefix))], _state.Namespace);
        if (!_watchers.SequenceEqual(_model.Watchers))
        {
            var gone = _watchers.Select(watcher => watcher.Id.ToString(CultureInfo.InvariantCulture)).ToArray();
            _watchers = _model.Watchers;
            Screen.Set(Pane.Watchers, [.. _watchers.Select(watcher => TerminalRows.Watcher(watcher, NameOf(watcher.Process)))], gone);
        }

        _places.Refresh();
    }

    private string? NameOf(string? process) => process is null ? null : _names.GetValueOrDefault(process);

    private void CarryOut(ViewRequest request)
    {
        switch (request.Kind)
        {
            case ViewRequestKind.Open:
                _opened = request;
                break;
            case ViewRequestKind.Close:
                _opened = null;
                break;
            case ViewRequestKind.Namespace:
                Show(request.Key, string.Empty);
                break;
            case ViewRequestKind.Search when request.Pane == Pane.State:
                // The screen searches all keys that it has. Of a larger namespace it has those that the search finds.
                if (_state.Search.Length > 0 || _model.Namespaces.Any(info => info.Name == _state.Namespace && info.Count > StateView.MaximumKeys))
                {
                    Show(_state.Namespace, request.Key);
                }

                break;
            case ViewRequestKind.Stop or ViewRequestKind.Restart:
                _threads.RemoveAll(thread => !thread.IsAlive);
                _threads.Add(BackgroundThread.Start(() => Control(request), "ZProc dashboard control"));
                break;
        }
    }

    private void Show(string ns, string search)
    {
        _state.Dispose();
        _state = new TerminalState(_context.Client, Screen, ns, search, Signal, _stop.Token);
    }

    private void ShowDetails(ViewRequest open)
    {
        try
        {
            if (Details(open) is { } details)
            {
                Screen.SetDetails(open, details.Head, details.Body);
            }
        }
        catch (FaultException fault) when (fault.Fault is Fault.KeyNotFound or Fault.InvalidArgument or Fault.Compacted or Fault.MalformedMessage)
        {
            // Expected: what was opened is gone, or cannot be shown. The user is told.
            ZProcEventSource.Log.FaultCaught(nameof(TerminalFeed), fault);
            Screen.SetDetails(open, [], [TerminalRows.Text(fault.Message, Tone.Warning)]);
        }
    }

    private TerminalDetails? Details(ViewRequest open) => open.Pane switch
    {
        Pane.Processes => _model.Find(open.Key) is { } record ? TerminalDetails.Of(record, _model.FiguresOf(open.Key), _queries.NewestOutput(record.Id)) : null,
        Pane.State => TerminalDetails.Of(_queries.Find(_state.Namespace, open.Key), _state.Namespace),
        Pane.Updates => _state.Find(long.Parse(open.Key, CultureInfo.InvariantCulture)) is { } update ? TerminalDetails.Of(update) : null,
        Pane.Watchers => _watchers.FirstOrDefault(watcher => watcher.Id.ToString(CultureInfo.InvariantCulture) == open.Key) is { } watcher ? TerminalDetails.Of(watcher, NameOf(watcher.Process)) : null,
        _ => _places.Details(open.Key),
    };

    /// <summary>Stops or restarts a process, and says how that went.</summary>
    private void Control(ViewRequest request)
    {
        try
        {
            var id = Guid.Parse(request.Key);
            if (request.Kind == ViewRequestKind.Stop)
            {
                _control.Stop(id);
            }
            else
            {
                Screen.Say("The process is run again, after its end.");
                _changed.Set();
                _control.Restart(id);
            }

            Screen.Say(request.Kind == ViewRequestKind.Stop ? "The process was asked to stop." : "The process runs again.");
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(TerminalFeed), fault); // Expected: the user is told.
            Screen.Say(TerminalRows.Text(fault.Message, Tone.Bad));
        }
        catch (OperationCanceledException expected)
        {
            ZProcEventSource.Log.FaultCaught(nameof(TerminalFeed), expected); // Expected: the view ends.
        }

        _changed.Set();
    }
}
