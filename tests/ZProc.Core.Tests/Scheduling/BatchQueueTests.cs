using System.Diagnostics;
using ZProc.Core.Scheduling;

namespace ZProc.Core.Tests.Scheduling;

public sealed class BatchQueueTests
{
    private const long Now = 1_000_000_000;

    [Fact]
    public void Batches_are_taken_in_the_order_in_which_they_were_added()
    {
        var queue = new BatchQueue(maySplit: true);
        ItemBatch[] batches = [Make(1), Make(1)];
        foreach (var batch in batches)
        {
            queue.Add(batch);
        }

        Assert.Equal(2, queue.Ready);
        Assert.True(queue.TryTake(out var first));
        Assert.True(queue.TryTake(out var second));
        Assert.False(queue.TryTake(out _));
        Assert.Equal(batches, [first, second]);
    }

    [Fact]
    public void A_running_batch_is_overdue_after_its_time()
    {
        var queue = new BatchQueue(maySplit: true);
        var batch = Make(5);
        queue.Begin(batch, Now);
        Assert.Equal(TimeSpan.FromMilliseconds(15), queue.TimeUntilOverdue(Now + Ticks(5), out var overdue));
        Assert.Null(overdue);
        Assert.Equal(TimeSpan.Zero, queue.TimeUntilOverdue(Now + Ticks(20), out overdue));
        Assert.Same(batch, overdue);
    }

    [Fact]
    public void The_next_batch_to_be_overdue_counts()
    {
        var queue = new BatchQueue(maySplit: true);
        queue.Begin(Make(5), Now + Ticks(10));
        queue.Begin(Make(5), Now);
        Assert.Equal(TimeSpan.FromMilliseconds(10), queue.TimeUntilOverdue(Now + Ticks(10), out _));
    }

    [Fact]
    public void A_wait_is_never_rounded_down_to_nothing()
    {
        var queue = new BatchQueue(maySplit: true);
        queue.Begin(Make(5), Now);
        Assert.Equal(TimeSpan.FromMilliseconds(1), queue.TimeUntilOverdue(Now + Ticks(20) - 1, out _));
    }

    [Theory]
    [InlineData(true, 1, false)] // every item has begun
    [InlineData(true, 5, true)] // the batch has ended
    [InlineData(false, 5, false)] // batches of a fixed size stay whole
    public void Nothing_is_ever_overdue_when(bool maySplit, int items, bool hasEnded)
    {
        var queue = new BatchQueue(maySplit);
        var batch = Make(items);
        queue.Begin(batch, Now);
        batch.TryTake(long.MaxValue, out _);
        if (hasEnded)
        {
            queue.End(batch);
        }

        Assert.Equal(Timeout.InfiniteTimeSpan, queue.TimeUntilOverdue(Now + Ticks(1000), out var overdue));
        Assert.Null(overdue);
        Assert.Equal(hasEnded ? 0 : 1, queue.Running);
    }

    private static ItemBatch Make(int count) => new(new object?[count], 0, () => { });

    private static long Ticks(int milliseconds) => Stopwatch.Frequency * milliseconds / 1000;
}
