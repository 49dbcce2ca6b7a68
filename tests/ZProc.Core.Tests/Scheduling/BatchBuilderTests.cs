using System.Diagnostics;
using ZProc.Core.Scheduling;

namespace ZProc.Core.Tests.Scheduling;

public sealed class BatchBuilderTests
{
    private static readonly long Millisecond = Stopwatch.Frequency / 1000;

    [Fact]
    public void A_batch_has_the_fixed_number_of_items()
    {
        var builder = new BatchBuilder(3, () => { });
        builder.NoteCost(1, Millisecond * 1000);
        Assert.Equal(3, Fill(builder));
    }

    [Fact]
    public void The_first_batches_have_one_item_each() => Assert.Equal(1, Fill(new BatchBuilder(null, () => { })));

    [Theory]
    [InlineData(8000, 1)] // microseconds an item takes, and the items of a batch
    [InlineData(100_000, 1)]
    [InlineData(1000, 8)]
    [InlineData(100, 80)]
    [InlineData(0, BatchBuilder.LargestBatch)]
    public void A_batch_holds_eight_milliseconds_of_work(int microseconds, int size)
    {
        var builder = new BatchBuilder(null, () => { });
        for (var i = 0; i < 100; i++)
        {
            builder.NoteCost(1000, Millisecond * microseconds);
        }

        Assert.Equal(size, Fill(builder));
    }

    [Fact]
    public void A_higher_cost_counts_at_once_and_a_lower_one_by_half()
    {
        var builder = new BatchBuilder(null, () => { });
        builder.NoteCost(1, Millisecond * 40);
        Assert.Equal(Millisecond * 40, builder.Cost);
        builder.NoteCost(1, Millisecond * 20);
        Assert.Equal(Millisecond * 30, builder.Cost);
    }

    [Fact]
    public void Batches_continue_the_indexes_of_the_input()
    {
        var builder = new BatchBuilder(2, () => { });
        var indexes = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            builder.Add(i);
            if (builder.IsFull || i == 4)
            {
                var batch = builder.Build();
                indexes.AddRange(Enumerable.Range(0, batch.Count).Select(batch.IndexOf));
            }
        }

        Assert.Equal([0, 1, 2, 3, 4], indexes);
        Assert.Equal((5L, 0), (builder.Added, builder.Pending));
    }

    private static int Fill(BatchBuilder builder)
    {
        while (!builder.IsFull)
        {
            builder.Add(null);
        }

        return builder.Build().Count;
    }
}
