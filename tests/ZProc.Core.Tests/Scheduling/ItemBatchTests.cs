using ZProc.Core.Scheduling;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Scheduling;

public sealed class ItemBatchTests
{
    private const int MaximumUnread = 16_384;
    private int _readable;

    [Fact]
    public void Items_begin_in_order_and_each_once()
    {
        var batch = Make(3, firstIndex: 10);
        Assert.Equal([0, 1, 2], TakeAll(batch));
        Assert.Equal("10,11,12", string.Join(',', Enumerable.Range(0, 3).Select(batch.IndexOf)));
        Assert.Equal(0, batch.Left);
    }

    [Fact]
    public void Items_after_the_cutoff_do_not_begin_and_do_not_count()
    {
        var batch = Make(5, firstIndex: 10);
        Assert.True(batch.TryTake(cutoff: 10, out _));
        Assert.False(batch.TryTake(cutoff: 10, out _));
        Assert.Equal((1, 0), (batch.Count, batch.Left));
    }

    [Fact]
    public void Items_that_are_given_back_begin_again()
    {
        var batch = Make(4);
        Assert.Equal([0, 1, 2, 3], TakeAll(batch));
        batch.Return(2);
        Assert.Equal([2, 3], TakeAll(batch));
    }

    [Theory]
    [InlineData(5, 1, 2, 2)] // items, begun, then those of the batch that are left, and those that were split off
    [InlineData(5, 2, 1, 2)]
    [InlineData(2, 1, 0, 1)]
    public void A_split_takes_the_later_half_of_what_has_not_begun(int items, int begun, int left, int split)
    {
        var batch = Make(items, firstIndex: 100);
        for (var i = 0; i < begun; i++)
        {
            batch.TryTake(long.MaxValue, out _);
        }

        var part = batch.Split()!;
        Assert.Equal((left, split), (batch.Left, part.Left));
        var positions = TakeAll(batch).Concat(TakeAll(part)).ToArray();
        Assert.Equal(Enumerable.Range(begun, items - begun), positions);
        Assert.All(positions, position => Assert.Equal((100L + position, position), (part.IndexOf(position), part[position])));
    }

    [Fact]
    public void A_batch_whose_items_have_all_begun_is_not_split()
    {
        var batch = Make(2);
        TakeAll(batch);
        Assert.Null(batch.Split());
    }

    [Fact]
    public void The_reader_is_told_once_and_only_after_it_found_nothing()
    {
        var batch = Make(1);
        batch.TryWrite("a");
        Assert.Equal(0, _readable);
        Assert.Equal(["a"], batch.Read(watch: true, out var isComplete));
        Assert.False(isComplete);
        batch.TryWrite("b");
        Assert.Equal(0, _readable);
        Assert.Equal(["b"], batch.Read(watch: true, out _));
        Assert.Empty(batch.Read(watch: true, out _));
        batch.TryWrite("c");
        batch.TryWrite("d");
        Assert.Equal(1, _readable);
    }

    [Fact]
    public void What_a_complete_batch_holds_can_still_be_read()
    {
        var batch = Make(1);
        batch.TryWrite("a");
        batch.Complete();
        Assert.Equal(["a"], batch.Read(watch: true, out var isComplete));
        Assert.True(isComplete);
    }

    [Fact]
    public void A_full_batch_takes_the_end_of_an_item_and_nothing_else()
    {
        var batch = Filled();
        Assert.False(batch.TryWrite("more"));
        Assert.True(batch.TryWrite("end", isLast: true));
        Assert.Equal(MaximumUnread + 1, batch.Read(watch: false, out _).Count);
        Assert.True(batch.TryWrite("more"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_writer_waits_for_room_until_the_batch_is_read_or_closed(bool isRead)
    {
        var batch = Filled();
        var writer = new Thread(batch.WaitForRoom) { IsBackground = true };
        writer.Start();
        Assert.True(SpinWait.SpinUntil(() => writer.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Soon));
        if (isRead)
        {
            batch.Read(watch: false, out _);
        }
        else
        {
            batch.Close();
        }

        Assert.True(writer.Join(Soon));
        Assert.True(batch.TryWrite("more"));
    }

    private static List<int> TakeAll(ItemBatch batch)
    {
        var positions = new List<int>();
        while (batch.TryTake(long.MaxValue, out var position))
        {
            positions.Add(position);
        }

        return positions;
    }

    private ItemBatch Make(int count, long firstIndex = 0) =>
        new([.. Enumerable.Range(0, count).Cast<object?>()], firstIndex, () => _readable++);

    private ItemBatch Filled()
    {
        var batch = Make(1);
        for (var i = 0; i < MaximumUnread; i++)
        {
            Assert.True(batch.TryWrite(i));
        }

        return batch;
    }
}
