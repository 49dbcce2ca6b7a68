using System.Diagnostics;

namespace ZProc.Core.Scheduling;

/// <summary>
/// Builds batches of the items as they are read. A batch is full when it holds about 8 ms of work by what items have cost
/// so far, or a fixed number of items. Not thread-safe, but for <see cref="Cost"/>.
/// </summary>
internal sealed class BatchBuilder
{
    /// <summary>The most items of a batch whose size is not fixed.</summary>
    public const int LargestBatch = 4096;

    /// <summary>The work in a batch, in ticks of the stopwatch.</summary>
    public static readonly double Target = Stopwatch.Frequency * 0.008;

    private readonly int? _size;
    private readonly Action _onReadable;
    private List<object?> _items = [];
    private double _cost = Target; // the first items make batches of one

    /// <summary>Makes a builder without items.</summary>
    /// <param name="size">How many items a batch has; null to go by their cost.</param>
    /// <param name="onReadable">What its batches call when there is something to read.</param>
    public BatchBuilder(int? size, Action onReadable)
    {
        _size = size;
        _onReadable = onReadable;
    }

    /// <summary>How many items were added so far.</summary>
    public long Added { get; private set; }

    /// <summary>How many items the batch in the making has.</summary>
    public int Pending => _items.Count;

    /// <summary>How long an item takes, in ticks of the stopwatch, as far as is known. For any thread.</summary>
    public double Cost => Volatile.Read(ref _cost);

    /// <summary>Whether the batch in the making is full.</summary>
    public bool IsFull => _items.Count >= (_size ?? (int)Math.Clamp(Target / Math.Max(_cost, 1), 1, LargestBatch));

    /// <summary>Adds an item.</summary>
    public void Add(object? item)
    {
        _items.Add(item);
        Added++;
    }

    /// <summary>Makes a batch of the items that are pending.</summary>
    public ItemBatch Build()
    {
        var batch = new ItemBatch(_items, Added - _items.Count, _onReadable);
        _items = new List<object?>(Math.Min(_items.Count, LargestBatch));
        return batch;
    }

    /// <summary>
    /// Learns what items have cost. A higher cost counts at once, since a batch that is too large keeps workers idle; a lower
    /// one by half, since a batch that is too small costs little.
    /// </summary>
    /// <param name="count">How many items took the time.</param>
    /// <param name="ticks">The time, in ticks of the stopwatch.</param>
    public void NoteCost(int count, long ticks)
    {
        var cost = ticks / (double)count;
        Volatile.Write(ref _cost, cost > _cost ? cost : (_cost + cost) / 2);
    }
}
