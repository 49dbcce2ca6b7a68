using System.Management.Automation;
using ZProc.Output;
using ZProc.Processes;

namespace ZProc.Parallel;

/// <summary>One call of <c>Invoke-ZParallel</c>: its items and its workers, which live no longer than it.</summary>
internal sealed class ParallelCall : IDisposable
{
    /// <summary>What workers are called in the state.</summary>
    public const string Name = "Invoke-ZParallel";

    // How long scripts may take to stop before they are abandoned or killed, and how long the dead may take to be gone.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly HashSet<ItemWorker> _workers = [];
    private readonly Queue<OutputItem> _extras = new();
    private ErrorRecord? _fault;
    private bool _stopped;

    /// <summary>Makes one that has no workers yet.</summary>
    public ParallelCall(ParallelCallOptions options)
    {
        Options = options;
        Scheduler = new ItemScheduler(options.ThrottleLimit, options.BatchSize, options.Ordered, options.ShowsProgress, options.StopsOnError, () => StartWorker(null));
    }

    /// <summary>What it is to do.</summary>
    public ParallelCallOptions Options { get; }

    /// <summary>Its items.</summary>
    public ItemScheduler Scheduler { get; }

    /// <summary>Why it cannot go on; null as long as it can.</summary>
    public ErrorRecord? Failure
    {
        get
        {
            lock (_gate)
            {
                return _fault;
            }
        }
    }

    /// <summary>Whether all workers have ended.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _workers.Count == 0;
            }
        }
    }

    /// <summary>It cannot go on, and no item is to blame. For workers.</summary>
    public void Fault(ErrorRecord error)
    {
        lock (_gate)
        {
            _fault ??= error;
        }

        Scheduler.Announce();
    }

    /// <summary>Something was written that belongs to no item. For workers.</summary>
    public void AddExtra(OutputItem item)
    {
        lock (_gate)
        {
            _extras.Enqueue(item);
        }
    }

    /// <summary>Takes what was written that belongs to no item.</summary>
    public bool TryTakeExtra(out OutputItem item)
    {
        lock (_gate)
        {
            return _extras.TryDequeue(out item);
        }
    }

    /// <summary>Starts a worker that goes on in the place of one that was put down.</summary>
    /// <param name="batch">What that one had; null for nothing.</param>
    public void StartWorker(ItemBatch? batch)
    {
        lock (_gate)
        {
            if (!_stopped)
            {
                ItemWorker worker = Options.Start.As == ProcessKind.Runspace ? new ItemRunspace(this, batch) : new ItemProcess(this);
                _workers.Add(worker);
                worker.Start();
            }
        }
    }

    /// <summary>A worker has ended, or been given up.</summary>
    public void OnEnded(ItemWorker worker)
    {
        lock (_gate)
        {
            _workers.Remove(worker);
            Monitor.PulseAll(_gate);
        }

        Scheduler.Announce();
    }

    /// <summary>Ends what still runs. Returns when nothing is left of it but what had to be abandoned.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        Scheduler.Stop();
        foreach (var worker in Workers())
        {
            worker.Stop();
        }

        WaitForWorkers(Grace);
        foreach (var worker in Workers())
        {
            worker.Kill();
        }

        WaitForWorkers(KillBound);
    }

    private ItemWorker[] Workers()
    {
        lock (_gate)
        {
            return [.. _workers];
        }
    }

    private void WaitForWorkers(TimeSpan bound)
    {
        var deadline = Core.Deadline.After(bound);
        lock (_gate)
        {
            while (_workers.Count > 0 && !deadline.Passed)
            {
                Monitor.Wait(_gate, deadline.Remaining);
            }
        }
    }
}
