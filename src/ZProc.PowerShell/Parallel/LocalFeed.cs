using System.Collections;
using System.Management.Automation;
using ZProc.Core.Scheduling;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Values;

namespace ZProc.Parallel;

/// <summary>The items of a runspace of this OS process, from the call's scheduler. For the runspace's thread, but for what says otherwise.</summary>
internal sealed class LocalFeed : IItemFeed
{
    private const int None = -1;

    private readonly ItemScheduler _scheduler;
    private readonly ItemTimeLimit? _limit;
    private readonly bool _isSingle;
    private ItemBatch? _batch;
    private int _position = None; // of the item in hand
    private volatile bool _isRevoked;

    /// <summary>Makes a feed that has begun no item.</summary>
    /// <param name="scheduler">Where the items come from.</param>
    /// <param name="batch">The batch to begin with; null for the next one.</param>
    /// <param name="limit">How long an item may take; null for no limit.</param>
    /// <param name="isSingle">Whether the feed has one item only.</param>
    public LocalFeed(ItemScheduler scheduler, ItemBatch? batch, ItemTimeLimit? limit, bool isSingle)
    {
        _scheduler = scheduler;
        _batch = batch;
        _limit = limit;
        _isSingle = isSingle;
    }

    /// <inheritdoc/>
    public object? Current { get; private set; }

    /// <inheritdoc/>
    public bool IsExhausted { get; private set; }

    /// <inheritdoc/>
    public long Begun { get; private set; }

    /// <summary>The batch in hand. Once an item has exceeded the time limit, this is the item's batch for good, and any thread may read it.</summary>
    public ItemBatch? Batch => _batch;

    /// <summary>Waits until there is an item to begin, without beginning it.</summary>
    /// <returns>False when there are no more items.</returns>
    public bool WaitForItem()
    {
        while (TryOpenBatch())
        {
            if (_batch!.Left > 0)
            {
                return true;
            }

            CompleteBatch();
        }

        return false;
    }

    /// <inheritdoc/>
    public bool MoveNext()
    {
        _position = None;
        var isOpen = _limit?.TryEnd() ?? true;
        if (_isSingle && Begun > 0)
        {
            isOpen = false;
            if (_batch is { Left: 0 })
            {
                CompleteBatch();
            }
        }

        while (isOpen && !_isRevoked && TryOpenBatch())
        {
            if (_batch!.TryTake(_scheduler.Cutoff, out var position))
            {
                _position = position;
                Current = _batch[position];
                Begun++;
                if (Current is CopiedItem copied)
                {
                    if (copied.Error is { } error)
                    {
                        Fail(error);
                        continue;
                    }

                    Current = copied.Copy;
                }

                _limit?.Begin(position);
                return true;
            }

            CompleteBatch();
        }

        IsExhausted = true;
        return false;
    }

    /// <inheritdoc/>
    public void Write(object? value) => Add(RunspaceCopy.OfOutput(value));

    /// <summary>Takes what the item in hand wrote to a stream.</summary>
    public void Write(OutputKind kind, object? value)
    {
        if (kind == OutputKind.Output)
        {
            Write(value);
            return;
        }

        Add(new ItemRecord(_position, new OutputItem(kind, value, default)));
        if (kind is OutputKind.Error or OutputKind.Failure && _position != None && !_isRevoked && !ErrorRecords.IsNativeLine((ErrorRecord)value!))
        {
            _scheduler.NoteError(_batch!.IndexOf(_position));
        }
    }

    /// <inheritdoc/>
    public void Fail(ErrorRecord error) => Write(OutputKind.Failure, error);

    /// <summary>Drops whatever the items write from now on. For any thread.</summary>
    public void Revoke() => _isRevoked = true;

    /// <inheritdoc/>
    public void Reset() => throw new NotSupportedException();

    /// <inheritdoc/>
    public IEnumerator GetEnumerator() => this;

    private void Add(object? value)
    {
        while (!_isRevoked && _batch is { } batch && !batch.TryWrite(value))
        {
            _limit?.Pause();
            batch.WaitForRoom();
            _limit?.Resume();
        }
    }

    private bool TryOpenBatch()
    {
        _batch ??= _scheduler.Take();
        IsExhausted = _batch is null;
        return !IsExhausted;
    }

    private void CompleteBatch()
    {
        _scheduler.Complete(_batch!);
        _batch = null;
    }
}
