using ZProc.Core.Scheduling;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>
/// A worker that runs its items in OS processes, one after the other: a process that died is replaced by another one, which goes
/// on with the items that had not begun.
/// </summary>
internal sealed class ItemProcess : ItemWorker
{
    private const int MaximumIdleDeaths = 3; // processes in a row that ended before they began an item

    private readonly object _gate = new();
    private readonly WorkerOrder _order;
    private ItemChild? _child;
    private bool _isStopping;
    private int _idleDeaths; // the worker's thread alone

    /// <summary>Makes a worker that has not started.</summary>
    /// <param name="call">The call whose items it runs.</param>
    public ItemProcess(ParallelCall call)
        : base(call) => _order = new WorkerOrder(call.Options.Context!, call.Options.Start, Guid.NewGuid(), ParallelCall.Name, 1);

    /// <inheritdoc/>
    public override void Stop(TimeSpan grace) => EndChild(child => child.Stop(grace));

    /// <inheritdoc/>
    public override void Kill() => EndChild(static child => child.Kill());

    /// <inheritdoc/>
    protected override void Work()
    {
        try
        {
            while (Call.Scheduler.Take() is { } batch && TryRun(batch))
            {
                Call.Scheduler.Complete(batch);
            }
        }
        finally
        {
            _child?.Close();
        }
    }

    /// <summary>Runs a batch, in as many processes as it takes.</summary>
    /// <returns>False when the call is over.</returns>
    private bool TryRun(ItemBatch batch)
    {
        while (NextChild() is { } child)
        {
            if (child.TryRun(batch))
            {
                if (!Call.Options.UsesNewRunspace || !child.HasBegunItem)
                {
                    return true;
                }

                child.Close();
                Forget();
                continue;
            }

            if (child.Settle(batch) is { } end && !TryReplace(child, end))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>The process to run items in, which starts with its first item; null when the call is over.</summary>
    private ItemChild? NextChild()
    {
        lock (_gate)
        {
            return _isStopping ? null : _child ??= new ItemChild(Call, _order);
        }
    }

    /// <summary>Forgets a process that has ended.</summary>
    /// <returns>False when another one would end in the same way.</returns>
    private bool TryReplace(ItemChild child, ItemChildEnd end)
    {
        Forget();
        _idleDeaths = child.HasBegunItem ? 0 : _idleDeaths + 1;
        if (end.HadItem || (end.Error is null && _idleDeaths < MaximumIdleDeaths))
        {
            return true;
        }

        Call.Fault(end.Error ?? Errors.ProcessErrors.Died(ParallelCall.Name, end.Exit));
        return false;
    }

    private void Forget()
    {
        lock (_gate)
        {
            _child = null;
        }
    }

    private void EndChild(Action<ItemChild> end)
    {
        lock (_gate)
        {
            _isStopping = true;
            if (_child is not null)
            {
                end(_child);
            }
        }
    }
}
