using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Dashboard;

/// <summary>
/// What the viewers of one dashboard share, on a thread of its own: the records of processes and their output, as updates come, and
/// once a second what has no events. Thread-safe.
/// </summary>
internal sealed class DashboardModel : IDisposable
{
    private const int KeptSamples = 300;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50); // endless changes cost a bounded part of a processor
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly Action? _ended;
    private readonly CancellationTokenSource _stop;
    private readonly ManualResetEventSlim _changed = new(); // not disposed: the process's output may still signal it
    private readonly List<DashboardFeed> _viewers = [];
    private readonly Queue<DashboardSample> _samples = new();
    private readonly ProcessBook _book;
    private readonly ProcessGauge _gauge;
    private readonly LatencyProbe _probe;
    private readonly Thread _thread;
    private IReadOnlyList<NamespaceInfo> _namespaces = [];
    private IReadOnlyList<WatcherInfo> _watchers = [];
    private long? _sequence;

    /// <param name="context">The context to show.</param>
    /// <param name="ended">Called when the context has ended, on the model's thread.</param>
    /// <param name="cancellation">Ends the model.</param>
    public DashboardModel(ZProcContext context, Action? ended = null, CancellationToken cancellation = default)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _context = context;
        _ended = ended;
        _book = new ProcessBook(context.Client, _changed.Set, _stop.Token);
        _gauge = new ProcessGauge(_changed.Set);
        _probe = new LatencyProbe(context);
        _thread = new Thread(Run) { IsBackground = true, Name = "ZProc dashboard" };
    }

    /// <summary>The namespaces of the last second.</summary>
    public IReadOnlyList<NamespaceInfo> Namespaces => Volatile.Read(ref _namespaces);

    /// <summary>The watchers of the last second.</summary>
    public IReadOnlyList<WatcherInfo> Watchers => Volatile.Read(ref _watchers);

    /// <summary>The samples of the last minutes, oldest first.</summary>
    public IReadOnlyList<DashboardSample> Samples
    {
        get
        {
            lock (_gate)
            {
                return _samples.ToArray();
            }
        }
    }

    /// <summary>Begins to follow the context.</summary>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public void Start()
    {
        _book.Open();
        _thread.Start();
    }

    /// <summary>Adds a viewer, which first gets all processes.</summary>
    public void Attach(DashboardFeed viewer)
    {
        lock (_gate)
        {
            _viewers.Add(viewer);
            viewer.OnProcesses(_book.Records.Keys);
            viewer.OnFigures(_book.Records.Keys);
            viewer.OnTick();
        }
    }

    /// <summary>Removes a viewer.</summary>
    public void Detach(DashboardFeed viewer)
    {
        lock (_gate)
        {
            _viewers.Remove(viewer);
        }
    }

    /// <summary>The record of a process; null when there is none.</summary>
    public ProcessRecord? Find(string key)
    {
        lock (_gate)
        {
            return _book.Records.GetValueOrDefault(key);
        }
    }

    /// <summary>The figures of a process.</summary>
    public ProcessFigures FiguresOf(string key)
    {
        lock (_gate)
        {
            return _gauge[key];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _changed.Set();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            DisposeParts();
        }
        else if (Thread.CurrentThread != _thread)
        {
            _thread.Join(EndBound);
        }
    }

    private void DisposeParts()
    {
        _book.Dispose();
        _gauge.Dispose();
        _probe.Dispose();
    }

    private void Run()
    {
        try
        {
            Follow();
        }
        catch (OperationCanceledException expected)
        {
            ZProcEventSource.Log.FaultCaught(nameof(DashboardModel), expected); // Expected: the dashboard ends.
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(DashboardModel), fault); // Expected: the context ends. The viewers are told.
            if (!_stop.IsCancellationRequested)
            {
                Tell(viewer => viewer.OnEnd(fault));
                _ended?.Invoke();
            }
        }
        finally
        {
            DisposeParts();
        }
    }

    private void Follow()
    {
        var tick = Deadline.After(TimeSpan.Zero);
        while (!_stop.IsCancellationRequested)
        {
            _changed.Wait(tick.Remaining);
            _changed.Reset();
            lock (_gate)
            {
                var changed = _book.Refresh();
                if (changed.Count > 0)
                {
                    _gauge.Listen(_context.Processes.All);
                    Tell(viewer => viewer.OnProcesses(changed));
                }

                var written = _gauge.TakeWritten();
                if (written.Count > 0)
                {
                    Tell(viewer => viewer.OnFigures(written));
                }
            }

            if (tick.Passed)
            {
                tick = Deadline.After(Second);
                Tick();
            }

            _stop.Token.WaitHandle.WaitOne(Pause);
        }
    }

    /// <summary>Measures what has no events.</summary>
    private void Tick()
    {
        var (latency, sequence) = _probe.Measure(_stop.Token);
        var clients = (_context.Server as StateServer)?.ConnectedClients - (_probe.IsClient ? 1 : 0);
        Volatile.Write(ref _namespaces, _context.Client.GetNamespaces(_stop.Token));
        Volatile.Write(ref _watchers, [.. _context.Watchers.All.Select(watcher => new WatcherInfo(
            watcher.Id, watcher.Name, watcher.Namespace, string.Join(", ", watcher.Key), watcher.Condition,
            watcher.Process is { } process ? ProcessRecord.KeyOf(process.RecordId) : null))]);
        lock (_gate)
        {
            _gauge.Listen(_context.Processes.All);
            var measured = _gauge.Measure(_book.Records);
            var running = _book.Records.Values.Count(record => record.Status.State == ProcessState.Running);
            var now = DateTime.UtcNow;
            var seconds = _samples.Count > 0 ? (now - _samples.Last().Time).TotalSeconds : 1;
            var commits = seconds > 0 ? Math.Max(0, sequence - (_sequence ?? sequence)) / seconds : 0;
            _sequence = sequence;
            _samples.Enqueue(new DashboardSample(now, Math.Round(commits, 1), Math.Round(latency.TotalMilliseconds, 3), running, _book.Records.Count, sequence, clients));
            if (_samples.Count > KeptSamples)
            {
                _samples.Dequeue();
            }

            if (measured.Count > 0)
            {
                Tell(viewer => viewer.OnFigures(measured));
            }
        }

        Tell(static viewer => viewer.OnTick());
    }

    private void Tell(Action<DashboardFeed> what)
    {
        lock (_gate)
        {
            foreach (var viewer in _viewers)
            {
                what(viewer);
            }
        }
    }
}
