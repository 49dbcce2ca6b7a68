using System.Diagnostics;
using System.Management.Automation;
using ZProc.Core.Processes;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>
/// A worker in an OS process, which is started when there is an item for it, and anew when it died. The process is given few
/// items in advance, and says which one it begins: the one it has in hand is lost with it, and no other.
/// </summary>
internal sealed class ItemProcess : ItemWorker, IWorkerProcessHandler
{
    private const int MostGiven = 256;
    private const int MostBytes = 256 * 1024; // given at once
    private const int MostBarren = 3; // processes in a row that began nothing

    private static readonly double Slow = Stopwatch.Frequency * 0.001; // items that take longer are given one by one
    private static readonly double Ahead = Stopwatch.Frequency * 0.002; // the work given in advance

    private readonly object _gate = new();
    private readonly Queue<int> _given = new(); // to the process, which has not begun them
    private readonly WorkerOrder _order;
    private ItemBatch? _batch;
    private int _inHand = -1;
    private long _beganAt;
    private bool _isWaiting; // for whoever reads, which takes none of the item's time
    private WorkerChild? _child;
    private ChildExit? _exit;
    private ScriptEnd? _end;
    private Alarm? _alarm;
    private int _barren;
    private int _timedOut = -1;
    private bool _stopping;

    /// <summary>Makes one.</summary>
    /// <param name="call">Whose items they are.</param>
    public ItemProcess(ParallelCall call)
        : base(call) => _order = new WorkerOrder(call.Options.Context!, call.Options.Start, Guid.NewGuid(), ParallelCall.Name, 1);

    /// <inheritdoc/>
    public override void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            _child?.Stop();
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public override void Kill()
    {
        lock (_gate)
        {
            _stopping = true;
            _child?.Kill();
        }
    }

    void IWorkerProcessHandler.OnOutput(OutputItem item) => Write(item);

    void IWorkerProcessHandler.OnStarted()
    {
    }

    void IWorkerProcessHandler.OnProgress(WorkerFrame kind, ReadOnlyMemory<byte> payload)
    {
        Call.Options.Context!.Client.Observe(ItemFrames.ReadSequence(payload));
        if (kind == WorkerFrame.ItemBegun)
        {
            OnBegun();
        }
        else
        {
            OnIdle();
        }
    }

    void IWorkerProcessHandler.OnExit(ChildExit exit, ScriptEnd? end)
    {
        lock (_gate)
        {
            _exit = exit;
            _end = end;
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    protected override void Work()
    {
        try
        {
            while (Call.Scheduler.Take() is { } batch)
            {
                if (!Run(batch))
                {
                    break;
                }

                Call.Scheduler.Complete(batch);
            }
        }
        finally
        {
            EndProcess();
        }
    }

    private void OnBegun()
    {
        lock (_gate)
        {
            _inHand = _given.Dequeue();
            _beganAt = Stopwatch.GetTimestamp();
            _barren = 0;
            if (Call.Options.ItemTimeout is { } limit && _alarm is null)
            {
                SetAlarm(limit);
            }

            if (_given.Count <= Window() / 2)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void OnIdle()
    {
        lock (_gate)
        {
            _inHand = -1;
            Monitor.PulseAll(_gate);
        }
    }

    private void Write(OutputItem item)
    {
        ItemBatch? batch;
        int position;
        lock (_gate)
        {
            batch = _batch;
            position = _inHand;
        }

        if (position < 0 && item.Kind == OutputKind.Output)
        {
            return; // what comes before the items outputs in vain: each worker would say the same
        }

        if (batch is null)
        {
            Call.AddExtra(item);
            return;
        }

        var record = new ItemRecord(position, item);
        while (!batch.TryWrite(record))
        {
            WaitForRoom(batch);
        }

        if (position >= 0 && Call.Options.StopsOnError && item.Kind is OutputKind.Error or OutputKind.Failure
            && !ErrorRecords.IsNativeLine((ErrorRecord)item.Open()!))
        {
            Call.Scheduler.NoteError(batch.IndexOf(position));
        }
    }

    private void WaitForRoom(ItemBatch batch)
    {
        var since = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            _isWaiting = true;
        }

        batch.WaitForRoom();
        lock (_gate)
        {
            _isWaiting = false;
            _beganAt += Stopwatch.GetTimestamp() - since;
            if (Call.Options.ItemTimeout is { } limit && _inHand >= 0 && _alarm is null)
            {
                SetAlarm(limit);
            }
        }
    }

    /// <summary>Has a batch run, by as many processes as it takes.</summary>
    /// <returns>False when the call is over.</returns>
    private bool Run(ItemBatch batch)
    {
        lock (_gate)
        {
            _batch = batch;
            while (!_stopping)
            {
                if (_exit is { } exit)
                {
                    if (!TryBury(exit))
                    {
                        return false;
                    }

                    continue;
                }

                Give(batch);
                if (_given.Count == 0 && _inHand < 0)
                {
                    _batch = null;
                    return true;
                }

                Monitor.Wait(_gate);
            }

            return false;
        }
    }

    /// <summary>How many items the process may have that it has not begun, beside the one in hand.</summary>
    private int Window()
    {
        var cost = Call.Scheduler.Cost;
        return cost >= Slow ? 0 : (int)Math.Clamp(Ahead / Math.Max(cost, 1), 1, MostGiven);
    }

    private void Give(ItemBatch batch)
    {
        var window = Window();
        var most = _inHand < 0 && _given.Count == 0 ? Math.Max(1, window) : window - _given.Count;
        if (_given.Count > window / 2)
        {
            return;
        }

        List<EncodedItem>? items = null;
        for (var bytes = 0; (items?.Count ?? 0) < most && bytes < MostBytes && batch.TryTake(Call.Scheduler.Cutoff, out var position);)
        {
            var item = (EncodedItem)batch[position]!;
            bytes += item.Bytes.Length;
            (items ??= []).Add(item);
            _given.Enqueue(position);
        }

        if (items is not null)
        {
            _child ??= Launch();
            _child.Give(ItemFrames.Items(Call.Options.Context!.Client.ObservedSequence, items));
        }
    }

    private WorkerChild Launch()
    {
        var processes = Call.Options.Context!.Processes;
        processes.NoteOsProcess();
        return processes.Spares.Begin(PowerShellProgram.Own, _order, this);
    }

    /// <summary>The process is dead: what it had in hand has failed, and what it had not begun is still to be done.</summary>
    /// <returns>False when there is no use in going on.</returns>
    private bool TryBury(ChildExit exit)
    {
        var batch = _batch!;
        var end = _end;
        _exit = null;
        _end = null;
        _child = null;
        batch.Return(_given.Count);
        _given.Clear();
        if (_inHand >= 0)
        {
            var error = _timedOut == _inHand ? ItemErrors.TookTooLong(Call.Options.ItemTimeout!.Value) : ItemErrors.Died(exit);
            var index = batch.IndexOf(_inHand);
            batch.TryWrite(new ItemRecord(_inHand, new OutputItem(OutputKind.Failure, error, default)), isLast: true);
            Call.Scheduler.NoteError(index);
            _inHand = -1;
        }
        else if (end?.Error is { } error || ++_barren == MostBarren)
        {
            Call.Fault(end?.Error ?? ProcessErrors.Died(ParallelCall.Name, exit));
            return false;
        }

        _timedOut = -1;
        return true;
    }

    private void SetAlarm(TimeSpan delay) => _alarm = Alarm.After(delay, "ZProc timeout", CheckAge);

    /// <summary>An item may have been running for too long: if one has, its process is killed.</summary>
    private void CheckAge()
    {
        var limit = Call.Options.ItemTimeout!.Value;
        lock (_gate)
        {
            _alarm = null;
            if (_inHand < 0 || _stopping || _isWaiting)
            {
                return;
            }

            var left = limit - Stopwatch.GetElapsedTime(_beganAt);
            if (left > TimeSpan.Zero)
            {
                SetAlarm(left);
                return;
            }

            _timedOut = _inHand;
            _child!.Kill();
        }
    }

    /// <summary>Lets the process end, now that there is nothing more for it. What it says at its end belongs to no item.</summary>
    private void EndProcess()
    {
        lock (_gate)
        {
            _alarm?.Dispose();
            _batch = null;
            _inHand = -1;
            if (_child is null)
            {
                return;
            }

            _child.EndWatching();
            using var late = Alarm.After(ZProcess.DefaultGrace, "ZProc kill", Kill);
            while (_exit is null)
            {
                Monitor.Wait(_gate);
            }

            if (!_stopping && _end?.Error is { } error)
            {
                Call.AddExtra(new OutputItem(OutputKind.Error, error, default));
            }
        }
    }
}
