using System.Diagnostics;

namespace ZProc.Core.Scheduling;

/// <summary>
/// Which batch a worker runs next: one that is ready, or half of what is left of one that has been running for too long.
/// Not thread-safe. Times are in ticks of the stopwatch.
/// </summary>
internal sealed class BatchQueue
{
    /// <summary>After how long another worker may take items from a batch that is running.</summary>
    public static readonly TimeSpan Overdue = TimeSpan.FromMilliseconds(20);

    private readonly bool _maySplit;
    private readonly Queue<ItemBatch> _ready = new();
    private readonly HashSet<ItemBatch> _running = [];

    /// <summary>Makes an empty queue.</summary>
    /// <param name="maySplit">Whether batches may be split.</param>
    public BatchQueue(bool maySplit) => _maySplit = maySplit;

    /// <summary>How many batches wait for a worker.</summary>
    public int Ready => _ready.Count;

    /// <summary>How many batches are running.</summary>
    public int Running => _running.Count;

    /// <summary>Adds a batch for the next worker.</summary>
    public void Add(ItemBatch batch) => _ready.Enqueue(batch);

    /// <summary>Takes the batch that has been ready for longest.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ItemBatch? batch) => _ready.TryDequeue(out batch);

    /// <summary>Notes that a worker begins a batch.</summary>
    public void Begin(ItemBatch batch, long now)
    {
        batch.TakenAt = now;
        _running.Add(batch);
    }

    /// <summary>Notes that the items of a batch have ended.</summary>
    public void End(ItemBatch batch) => _running.Remove(batch);

    /// <summary>Finds a running batch that another worker may take items from.</summary>
    /// <param name="now">The time.</param>
    /// <param name="overdue">The batch; null when there is none yet.</param>
    /// <returns>How long until there is one: zero when there is one, infinite when no running batch has items left.</returns>
    public TimeSpan TimeUntilOverdue(long now, out ItemBatch? overdue)
    {
        overdue = null;
        var shortest = Timeout.InfiniteTimeSpan;
        if (!_maySplit)
        {
            return shortest;
        }

        foreach (var batch in _running)
        {
            if (batch.Left == 0)
            {
                continue;
            }

            var wait = Overdue - Stopwatch.GetElapsedTime(batch.TakenAt, now);
            if (wait <= TimeSpan.Zero)
            {
                overdue = batch;
                return TimeSpan.Zero;
            }

            if (shortest == Timeout.InfiniteTimeSpan || wait < shortest)
            {
                shortest = wait;
            }
        }

        // Monitor.Wait counts in whole milliseconds: rounded down, the last wait would be a loop without a pause.
        return shortest == Timeout.InfiniteTimeSpan ? shortest : TimeSpan.FromMilliseconds(Math.Ceiling(shortest.TotalMilliseconds));
    }
}
