using System.Diagnostics;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.Scheduling;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>
/// One OS process and the items it has. The process gets some items in advance and reports each before it begins, so that
/// only the item in hand ends with a process that dies. It starts with its first item.
/// <para>
/// With a time limit, the process gets one item at a time, and none after one that exceeded the limit: stopping or killing it hits
/// that item or none.
/// </para>
/// </summary>
internal sealed class ItemChild : IWorkerProcessHandler
{
    private const int None = -1;
    private const int MaximumInAdvance = 256;
    private const int MaximumBytes = 256 * 1024; // given at once

    private static readonly double Slow = Stopwatch.Frequency * 0.001; // items that take longer are given one by one
    private static readonly double WorkInAdvance = Stopwatch.Frequency * 0.002;

    private readonly object _gate = new();
    private readonly ParallelCall _call;
    private readonly WorkerOrder _order;
    private readonly ItemTimeLimit? _limit;
    private readonly Queue<int> _given = new(); // positions of the items that the process has and has not begun
    private ItemBatch? _batch;
    private int _inHand = None; // the position of the item that the process runs
    private WorkerChild? _process;
    private ChildExit? _exit;
    private ScriptEnd? _end;
    private bool _isStopping;
    private Deadline? _killDue; // when whoever stops the process kills it
    private Alarm? _killing; // of a process whose item has taken too long

    /// <summary>Makes one whose process has not started.</summary>
    /// <param name="call">The call whose items it runs.</param>
    /// <param name="order">What the process runs for each item.</param>
    public ItemChild(ParallelCall call, WorkerOrder order)
    {
        _call = call;
        _order = order;
        _limit = call.Options.ItemTimeout is { } limit ? new ItemTimeLimit(limit, () => call.Guard(OnLimitExceeded)) : null;
    }

    /// <summary>Whether the process has begun an item.</summary>
    public bool HasBegunItem { get; private set; }

    /// <summary>Asks the item in hand to stop; no other item begins.</summary>
    public void Stop(TimeSpan grace) => EndProcess(process => process.Stop(grace), Deadline.After(grace));

    /// <summary>Kills the process.</summary>
    public void Kill() => EndProcess(static process => process.Kill());

    /// <summary>Runs a batch. For the worker's thread.</summary>
    /// <returns>False when the process has ended before the batch, or is stopping.</returns>
    public bool TryRun(ItemBatch batch)
    {
        lock (_gate)
        {
            _batch = batch;
            while (!_isStopping && _exit is null)
            {
                if (_limit?.ExceededBy is null)
                {
                    Give(batch);
                    if (_given.Count == 0 && _inHand == None)
                    {
                        _batch = null;
                        return true;
                    }
                }

                Monitor.Wait(_gate);
            }

            return false;
        }
    }

    /// <summary>Settles a batch after the process has ended: its item in hand has failed, and the items that had not begun are given back.</summary>
    /// <returns>How the process ended; null when it is stopping.</returns>
    public ItemChildEnd? Settle(ItemBatch batch)
    {
        lock (_gate)
        {
            if (_isStopping || _exit is not { } exit)
            {
                return null;
            }

            _limit?.Dispose();
            batch.Return(_given.Count);
            if (_inHand == None)
            {
                return new ItemChildEnd(exit, _end?.Error, HadItem: false);
            }

            _call.FailItem(batch, _inHand, _limit?.ExceededBy is null ? ItemErrors.Died(exit) : ItemErrors.TookTooLong(_call.Options.ItemTimeout!.Value));
            return new ItemChildEnd(exit, _end?.Error, HadItem: true);
        }
    }

    /// <summary>
    /// Lets the process end, and waits for that: there are no more items. The process has three seconds, or where it is stopped the grace
    /// of the stop. For the worker's thread.
    /// </summary>
    public void Close()
    {
        lock (_gate)
        {
            _limit?.Dispose();
            _batch = null;
            _inHand = None; // what the process writes at its end belongs to no item
            if (_process is null)
            {
                return;
            }

            _process.EndWatching();
            var due = Deadline.After(ZProcess.DefaultGrace);
            for (var isKilled = false; _exit is null;)
            {
                var left = isKilled ? Timeout.InfiniteTimeSpan : (_killDue ?? due).Remaining;
                if (left == TimeSpan.Zero)
                {
                    isKilled = true;
                    Kill();
                }
                else
                {
                    Monitor.Wait(_gate, left);
                }
            }

            if (!_isStopping && _end?.Error is { } error)
            {
                _call.AddExtra(new OutputItem(OutputKind.Error, error, default));
            }
        }
    }

    void IWorkerProcessHandler.OnStarted()
    {
    }

    void IWorkerProcessHandler.OnProgress(WorkerFrame kind, ReadOnlyMemory<byte> payload)
    {
        _order.Context.Client.Observe(ItemFrames.ReadSequence(payload));
        lock (_gate)
        {
            _limit?.TryEnd();
            if (kind == WorkerFrame.ItemEnded)
            {
                _inHand = None;
                Monitor.PulseAll(_gate);
                return;
            }

            _inHand = _given.Dequeue();
            HasBegunItem = true;
            _limit?.Begin(_inHand);
            if (_given.Count <= ItemsInAdvance() / 2)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    void IWorkerProcessHandler.OnOutput(OutputItem item)
    {
        ItemBatch? batch;
        int position;
        lock (_gate)
        {
            batch = _batch;
            position = _inHand;
        }

        if (position == None && item.Kind == OutputKind.Output)
        {
            return; // the initialization's output is dropped: each worker would repeat it
        }

        if (batch is null)
        {
            _call.AddExtra(item);
            return;
        }

        var record = new ItemRecord(position, item);
        while (!batch.TryWrite(record))
        {
            _limit?.Pause();
            batch.WaitForRoom();
            _limit?.Resume();
        }

        if (position != None && _call.Options.StopsOnError && item.Kind is OutputKind.Error or OutputKind.Failure
            && !ErrorRecords.IsNativeLine((ErrorRecord)item.Open()!))
        {
            _call.Scheduler.NoteError(batch.IndexOf(position));
        }
    }

    void IWorkerProcessHandler.OnExit(ChildExit exit, ScriptEnd? end)
    {
        lock (_gate)
        {
            _exit = exit;
            _end = end;
            _killing?.Dispose();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Stops the process, whose item has taken too long, and kills it when it does not stop.</summary>
    private void OnLimitExceeded()
    {
        lock (_gate)
        {
            if (!_isStopping && _exit is null)
            {
                _process!.Stop(ParallelCall.Grace);
                _killing = Alarm.After(ParallelCall.Grace, "ZProc timeout", _process.Kill);
            }
        }
    }

    private void EndProcess(Action<WorkerChild> end, Deadline? killDue = null)
    {
        lock (_gate)
        {
            _isStopping = true;
            _killDue = killDue ?? _killDue;
            if (_process is not null)
            {
                end(_process);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>How many items the process may have that it has not begun, beside the one in hand.</summary>
    private int ItemsInAdvance()
    {
        var cost = _call.Scheduler.Cost;
        return _limit is not null || _call.Options.StopsOnError || _call.Options.UsesNewRunspace || cost >= Slow ? 0 : (int)Math.Clamp(WorkInAdvance / Math.Max(cost, 1), 1, MaximumInAdvance);
    }

    /// <summary>Gives the process items, where it has few.</summary>
    private void Give(ItemBatch batch)
    {
        var wanted = ItemsInAdvance();
        if (_given.Count > wanted / 2 || (_call.Options.UsesNewRunspace && HasBegunItem))
        {
            return;
        }

        var most = _inHand == None && _given.Count == 0 ? Math.Max(1, wanted) : wanted - _given.Count;
        List<EncodedItem>? items = null;
        for (var bytes = 0; (items?.Count ?? 0) < most && bytes < MaximumBytes && batch.TryTake(_call.Scheduler.Cutoff, out var position);)
        {
            var item = (EncodedItem)batch[position]!;
            bytes += item.Bytes.Length;
            (items ??= []).Add(item);
            _given.Enqueue(position);
        }

        if (items is not null)
        {
            _process ??= Launch();
            _process.Give(ItemFrames.Items(_order.Context.Client.ObservedSequence, items));
        }
    }

    private WorkerChild Launch()
    {
        var processes = _order.Context.Processes;
        processes.NoteOsProcess();
        return processes.Spares.Begin(PowerShellProgram.Own, _order, this);
    }
}
