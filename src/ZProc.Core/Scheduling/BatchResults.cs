using System.Diagnostics;

namespace ZProc.Core.Scheduling;

/// <summary>
/// The results of the batches, in the order of the input, from reading the items until their results have been passed on. Members
/// for the command's thread take the scheduler's lock themselves; all others are called with that lock held.
/// </summary>
public sealed class BatchResults : IDisposable
{
    // Between two reads of a batch that is being written: its worker does not wake the command's thread for each object.
    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(5);

    private readonly object _gate;
    private readonly bool _isOrdered;
    private readonly bool _wakesForEachBatch;
    private readonly LinkedList<ItemBatch> _open = new();
    private readonly ManualResetEventSlim _changed = new(initialState: false, spinCount: 0);
    private bool _isPartlyRead; // the command's thread alone
    private long _drainedAt; // the command's thread alone

    internal BatchResults(object gate, bool isOrdered, bool wakesForEachBatch)
    {
        _gate = gate;
        _isOrdered = isOrdered;
        _wakesForEachBatch = wakesForEachBatch;
    }

    /// <summary>Whether something has changed since <see cref="Drain"/>, or that was long ago. For the command's thread.</summary>
    public bool IsWorthDraining => _changed.IsSet || Stopwatch.GetElapsedTime(_drainedAt) > BatchQueue.Overdue;

    /// <summary>How many batches have not been passed on.</summary>
    internal int Count => _open.Count;

    /// <summary>Ends a <see cref="Wait"/> of the command's thread. For any thread, with or without the lock.</summary>
    public void Wake() => _changed.Set();

    /// <summary>Passes on what can be passed on. For the command's thread.</summary>
    /// <param name="pass">Takes what a batch's items wrote, in order. Called with no lock held.</param>
    /// <param name="watch">Whether a <see cref="Wait"/> follows if there was nothing.</param>
    public void Drain(Action<ItemBatch, IReadOnlyList<object?>> pass, bool watch)
    {
        // The event is reset before the batches are read: what is written meanwhile sets it again.
        _drainedAt = Stopwatch.GetTimestamp();
        _isPartlyRead = false;
        _changed.Reset();
        var node = First();
        while (node is not null)
        {
            var batch = node.Value;
            var results = batch.Read(watch, out var isComplete);
            if (results.Count > 0)
            {
                _isPartlyRead |= !isComplete;
                pass(batch, results);
            }

            if (!isComplete && _isOrdered)
            {
                break;
            }

            node = Next(node, remove: isComplete);
        }
    }

    /// <summary>Waits until <see cref="Drain"/> is worth it. For the command's thread.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Wait(TimeSpan timeout, CancellationToken cancellation)
    {
        if (_isPartlyRead && (timeout == Timeout.InfiniteTimeSpan || timeout > ReadInterval))
        {
            timeout = ReadInterval;
        }

        _changed.Wait(timeout, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();

    /// <summary>Adds a batch after all others.</summary>
    internal void Add(ItemBatch batch) => batch.Node = _open.AddLast(batch);

    /// <summary>Adds a batch that was split off, after the one that it was split from.</summary>
    internal void AddAfter(ItemBatch batch, ItemBatch part) => part.Node = _open.AddAfter(batch.Node!, part);

    /// <summary>Whether the command's thread has something to do now that a batch is complete.</summary>
    internal bool IsAwaited(ItemBatch completed) => _wakesForEachBatch || !_isOrdered || _open.First?.Value == completed;

    /// <summary>Ends reading: what is written from now on is dropped.</summary>
    internal void Close()
    {
        foreach (var batch in _open)
        {
            batch.Close();
        }

        Wake();
    }

    private LinkedListNode<ItemBatch>? First()
    {
        lock (_gate)
        {
            return _open.First;
        }
    }

    private LinkedListNode<ItemBatch>? Next(LinkedListNode<ItemBatch> node, bool remove)
    {
        lock (_gate)
        {
            var next = node.Next;
            if (remove)
            {
                _open.Remove(node);
            }

            return next;
        }
    }
}
