using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using ZProc.Errors;
using ZProc.Output;

namespace ZProc.Parallel;

/// <summary>The items of a runspace of this OS process, from the call's scheduler.</summary>
internal sealed class LocalFeed : IItemFeed
{
    private readonly object _gate = new();
    private readonly ItemScheduler _scheduler;
    private readonly Action? _begins;
    private ItemBatch? _batch;
    private int _position = -1;
    private long _beganAt;
    private bool _isWaiting; // for whoever reads, which takes none of the item's time
    private volatile bool _revoked;
    private volatile bool _lastItem;
    private bool _hasEndedItself;

    /// <summary>Makes one.</summary>
    /// <param name="scheduler">Where the items come from.</param>
    /// <param name="batch">The batch to begin with; null for the next one.</param>
    /// <param name="begins">Called for each item before it begins; null when nobody wants to know.</param>
    public LocalFeed(ItemScheduler scheduler, ItemBatch? batch, Action? begins)
    {
        _scheduler = scheduler;
        _batch = batch;
        _begins = begins;
    }

    /// <inheritdoc/>
    public object? Current { get; private set; }

    /// <inheritdoc/>
    public bool IsExhausted { get; private set; }

    /// <inheritdoc/>
    public long Begun { get; private set; }

    /// <summary>Waits until there is something to do, without beginning it.</summary>
    /// <returns>False when there is nothing more.</returns>
    public bool Prime()
    {
        while (true)
        {
            if (_batch is null && (_batch = _scheduler.Take()) is null)
            {
                IsExhausted = true;
                return false;
            }

            if (_batch.Left > 0)
            {
                return true;
            }

            _scheduler.Complete(_batch);
            _batch = null;
        }
    }

    /// <inheritdoc/>
    public bool MoveNext()
    {
        lock (_gate)
        {
            _hasEndedItself |= _lastItem && _position >= 0;
            _position = -1;
        }

        while (!_revoked && !_lastItem)
        {
            if (_batch is null && (_batch = _scheduler.Take()) is null)
            {
                IsExhausted = true;
                return false;
            }

            if (Begin(_batch))
            {
                return true;
            }

            _scheduler.Complete(_batch);
            _batch = null;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Write(object? value)
    {
        while (!_revoked && _batch is { } batch && !batch.TryWrite(value))
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
            }

            if (_position >= 0)
            {
                _begins?.Invoke(); // its time goes on
            }
        }
    }

    /// <summary>The item in hand has failed, even if it still runs and nothing it does counts.</summary>
    public void GiveUp(ErrorRecord error)
    {
        if (_batch is { } batch)
        {
            batch.TryWrite(RecordOf(OutputKind.Failure, error), isLast: true);
            _scheduler.NoteError(batch.IndexOf(_position));
        }
    }

    /// <summary>Takes what the item in hand wrote, to whichever stream.</summary>
    public void Write(OutputKind kind, object? value)
    {
        Write(kind == OutputKind.Output ? value : RecordOf(kind, value));
        if (kind is OutputKind.Error or OutputKind.Failure && _position >= 0 && !_revoked && !ErrorRecords.IsNativeLine((ErrorRecord)value!))
        {
            _scheduler.NoteError(_batch!.IndexOf(_position));
        }
    }

    /// <inheritdoc/>
    public void Fail(ErrorRecord error) => Write(OutputKind.Failure, error);

    /// <summary>The batch in hand.</summary>
    public ItemBatch? Batch => _batch;

    /// <summary>Whether the item after which there shall be no other came to its own end.</summary>
    public bool HasEndedItself => _hasEndedItself;

    /// <summary>
    /// How long the item in hand has been running; null when there is none, or it waits for what it wrote to be read. One that has
    /// reached a limit is the last.
    /// </summary>
    public TimeSpan? Age(TimeSpan limit)
    {
        lock (_gate)
        {
            TimeSpan? age = _position < 0 || _isWaiting ? null : Stopwatch.GetElapsedTime(_beganAt);
            _lastItem |= age >= limit;
            return age;
        }
    }

    /// <summary>Nothing that comes from here counts any more: what is in hand was given up.</summary>
    public void Revoke() => _revoked = true;

    /// <inheritdoc/>
    public void Reset() => throw new NotSupportedException();

    /// <inheritdoc/>
    public IEnumerator GetEnumerator() => this;

    private ItemRecord RecordOf(OutputKind kind, object? value) => new(_position, new OutputItem(kind, value, default));

    private bool Begin(ItemBatch batch)
    {
        lock (_gate)
        {
            if (!batch.TryTake(_scheduler.Cutoff, out _position))
            {
                _position = -1;
                return false;
            }

            Current = batch[_position];
            Begun++;
            if (_begins is null)
            {
                return true;
            }

            _beganAt = Stopwatch.GetTimestamp();
        }

        _begins();
        return true;
    }
}
