using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Scheduling;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>One call of <c>Invoke-ZParallel</c>: its items, and its workers, which end with it.</summary>
internal sealed class ParallelCall : IDisposable
{
    /// <summary>The name of workers in the state.</summary>
    public const string Name = "Invoke-ZParallel";

    /// <summary>How long a script may take to stop before it is abandoned or killed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // How long killed processes may take to end.
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(5);

    private readonly object _gate = new(); // taken inside the scheduler's lock, when that starts a worker
    private readonly HashSet<ItemWorker> _workers = [];
    private readonly Queue<OutputItem> _extras = new();
    private readonly Alarm? _expiry;
    private ErrorRecord? _failure;
    private Deadline? _killDue; // when workers that do not stop are killed; null as long as the call is not stopped

    /// <summary>Makes a call without workers. It ends with its context, or without one with the session.</summary>
    /// <exception cref="FaultException">ContextStopped.</exception>
    public ParallelCall(ParallelCallOptions options)
    {
        Options = options.ForRunspaces();
        Scheduler = new ItemScheduler(
            new ItemSchedulerOptions
            {
                ThrottleLimit = options.ThrottleLimit,
                BatchSize = options.BatchSize,
                IsOrdered = options.IsOrdered,
                WakesForEachBatch = options.ShowsProgress,
                StopsOnError = options.StopsOnError,
            },
            () => StartWorker(null));

        if (options.Context is { } context)
        {
            context.Processes.Add(this);
        }
        else
        {
            ParallelCalls.WithoutContext.Add(this);
            SessionEnd.WatchProcess();
        }

        // The command's thread may be in the command that provides the input, for any time.
        _expiry = options.Deadline.Remaining is var time && time != Timeout.InfiniteTimeSpan ? Alarm.After(time, "ZProc timeout", Expire) : null;
    }

    /// <summary>What the call does.</summary>
    public ParallelCallOptions Options { get; }

    /// <summary>The call's items.</summary>
    public ItemScheduler Scheduler { get; }

    /// <summary>Bounds how many runspaces open at once.</summary>
    public OpeningLimit Opening { get; } = new();

    /// <summary>Why the call cannot go on; null as long as it can.</summary>
    public ErrorRecord? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
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

    /// <summary>Whether a worker has a source, in this OS process.</summary>
    public bool Runs(Guid source) => Workers().Any(worker => worker is ItemRunspace runspace && runspace.SourceId == source);

    /// <summary>Ends the call with an error that is not an item's. For workers.</summary>
    public void Fault(ErrorRecord error)
    {
        lock (_gate)
        {
            _failure ??= error;
        }

        Scheduler.Results.Wake();
    }

    /// <summary>Does the work of an alarm: an exception ends the call, where it would end the OS process. For workers.</summary>
    public void Guard(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // an exception that left the alarm's thread would end the whole process
        catch (Exception e)
#pragma warning restore CA1031
        {
            ZProcEventSource.Log.FaultCaught(nameof(ParallelCall), e);
            Fault(ScriptEnd.Failed(e).Error!);
        }
    }

    /// <summary>Ends an item with an error, whatever the item still does. For workers.</summary>
    public void FailItem(ItemBatch batch, int position, ErrorRecord error)
    {
        batch.TryWrite(new ItemRecord(position, new OutputItem(OutputKind.Failure, error, default)), isLast: true);
        Scheduler.NoteError(batch.IndexOf(position));
    }

    /// <summary>Adds output that belongs to no item. For workers.</summary>
    public void AddExtra(OutputItem item)
    {
        lock (_gate)
        {
            _extras.Enqueue(item);
        }
    }

    /// <summary>Takes output that belongs to no item.</summary>
    public bool TryTakeExtra(out OutputItem item)
    {
        lock (_gate)
        {
            return _extras.TryDequeue(out item);
        }
    }

    /// <summary>Starts a worker, unless the call is stopped.</summary>
    /// <param name="batch">The batch to begin with, of a runspace that was ended; null for the next one.</param>
    public void StartWorker(ItemBatch? batch)
    {
        lock (_gate)
        {
            if (_killDue is null)
            {
                ItemWorker worker = Options.Start.As == ProcessKind.Runspace ? new ItemRunspace(this, batch) : new ItemProcess(this);
                _workers.Add(worker);
                try
                {
                    worker.Start();
                }
                catch
                {
                    _workers.Remove(worker); // the end of the call would wait for it
                    throw;
                }
            }
        }
    }

    /// <summary>Notes that a worker has ended, or was abandoned. May be called twice for one.</summary>
    public void OnEnded(ItemWorker worker)
    {
        lock (_gate)
        {
            _workers.Remove(worker);
            Monitor.PulseAll(_gate);
        }

        Scheduler.Results.Wake();
    }

    /// <summary>Ends what still runs. Returns when all workers have ended, or were abandoned, or after some seconds. May be called several times, also at once.</summary>
    public void Dispose()
    {
        _expiry?.Dispose();
        Stop(GraceOfCaller());
        if (Options.Context is { } context)
        {
            context.Processes.Remove(this);
        }
        else
        {
            ParallelCalls.WithoutContext.Remove(this);
        }
    }

    /// <summary>Asks the items that run to stop, because their context or session ends, and returns at once. No other item begins.</summary>
    /// <param name="grace">When what has not stopped is killed or abandoned, whoever stops the call as well.</param>
    public void BeginStop(TimeSpan grace) => TryRun(() => Ask(grace));

    /// <summary>After <see cref="BeginStop"/>: waits until the items cannot go on, and then asks the processes that they started to stop.</summary>
    /// <param name="deadline">When to wait no longer for the items.</param>
    public void StopStarted(Deadline deadline)
    {
        foreach (var worker in Workers())
        {
            TryRun(() => worker.StopStarted(deadline));
        }
    }

    /// <summary>After <see cref="StopStarted"/>: waits for the workers, and kills or abandons those that do not end.</summary>
    /// <returns>Completes when all workers have ended, or were abandoned, or some seconds after the grace.</returns>
    public Task EndInBackground()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            BackgroundThread.Start(
                () =>
                {
                    TryRun(EndWorkers);
                    stopped.SetResult();
                },
                "ZProc stop");
        }
        catch (OutOfMemoryException expected)
        {
            // Expected: the system gives no more threads. Whoever stops the call goes on with what else there is to stop.
            ZProcEventSource.Log.FaultCaught(nameof(ParallelCall), expected);
            stopped.SetResult();
        }

        return stopped.Task;
    }

    /// <summary>What a stopped script waits for has most of the script's grace.</summary>
    private static TimeSpan GraceOfCaller()
    {
        var share = RunspaceContext.Current?.StopDue is { } due ? ForegroundPrograms.ShareOf(due.Remaining) : Grace;
        return share > Grace ? share : Grace;
    }

    private void Stop(TimeSpan grace)
    {
        Ask(grace);
        StopStarted(Deadline.After(PipelineStopper.StopBound));
        EndWorkers();
    }

    /// <summary>Asks the workers to end. Of several callers, the one that gives the most time decides.</summary>
    private void Ask(TimeSpan grace)
    {
        lock (_gate)
        {
            var due = Deadline.After(grace);
            _killDue = _killDue is { } known ? Deadline.Last(known, due) : due;
            grace = _killDue.Value.Remaining;
        }

        Opening.Close();
        Scheduler.Stop();
        foreach (var worker in Workers())
        {
            worker.Stop(grace);
        }
    }

    /// <summary>Waits for the workers, and kills or abandons those that do not end.</summary>
    private void EndWorkers()
    {
        WaitForWorkers(() => _killDue!.Value);

        // All at the same time: a runspace that hangs takes a second.
        foreach (var worker in Workers())
        {
            BackgroundThread.Start(() => Kill(worker), "ZProc kill");
        }

        var bound = Deadline.After(KillBound);
        WaitForWorkers(() => bound);
    }

    /// <summary>Stops the items that have not ended at the deadline; no other begins.</summary>
    private void Expire() => TryRun(() =>
    {
        if (Options.Deadline.Passed) // no alarm is set for longer than weeks
        {
            Stop(Grace);
        }
    });

    /// <summary>Does work of a thread of its own: an exception is traced, and changes nothing for the call.</summary>
    private static void TryRun(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // an exception that left this thread would end the whole process
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: the context was stopped meanwhile. The command's thread stops the call again.
            ZProcEventSource.Log.FaultCaught(nameof(ParallelCall), expected);
        }
    }

    private void Kill(ItemWorker worker)
    {
        try
        {
            worker.Kill();
        }
#pragma warning disable CA1031 // an exception that left this thread would end the whole process
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: the context was stopped meanwhile.
            ZProcEventSource.Log.FaultCaught(nameof(ParallelCall), expected);
            OnEnded(worker);
        }
    }

    private ItemWorker[] Workers()
    {
        lock (_gate)
        {
            return [.. _workers];
        }
    }

    /// <param name="deadline">When to give up. Called with the gate held, and again after each wait, as another caller may give more time.</param>
    private void WaitForWorkers(Func<Deadline> deadline)
    {
        lock (_gate)
        {
            while (_workers.Count > 0 && !deadline().Passed)
            {
                Monitor.Wait(_gate, deadline().Remaining);
            }
        }
    }
}
