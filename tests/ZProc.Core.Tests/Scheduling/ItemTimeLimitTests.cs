using System.Diagnostics;
using ZProc.Core.Scheduling;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Scheduling;

public sealed class ItemTimeLimitTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    private readonly ManualResetEventSlim _exceeded = new();
    private readonly ItemTimeLimit _limit;
    private int _calls;

    public ItemTimeLimitTests() => _limit = new ItemTimeLimit(Limit, () =>
    {
        Interlocked.Increment(ref _calls);
        _exceeded.Set();
    });

    public void Dispose()
    {
        _limit.Dispose();
        _exceeded.Dispose();
    }

    [Fact]
    public void Names_the_item_that_took_longer_and_no_earlier()
    {
        var watch = Stopwatch.StartNew();
        _limit.Begin(7);
        Assert.True(_exceeded.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.True(watch.Elapsed >= Limit);
        Assert.Equal((7, false), (_limit.ExceededBy, _limit.EndedLate));
    }

    [Fact]
    public void The_time_of_each_item_counts_by_itself()
    {
        // Together the items take longer than the limit; the alarm of the first goes off while a later one runs.
        var watch = Stopwatch.StartNew();
        var item = 0;
        while (watch.Elapsed < 3 * Limit)
        {
            var began = Stopwatch.GetTimestamp();
            _limit.Begin(item++);
            Thread.Yield();
            if (!_limit.TryEnd())
            {
                Assert.True(Stopwatch.GetElapsedTime(began) >= Limit); // a busy machine had this thread wait
                return;
            }
        }

        Assert.Null(_limit.ExceededBy);
        _limit.Begin(item);
        Assert.True(_exceeded.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.Equal(item, _limit.ExceededBy);
    }

    [Fact]
    public void No_item_begins_after_one_that_took_longer_and_the_item_is_known_to_have_ended()
    {
        _limit.Begin(1);
        Assert.True(_exceeded.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.False(_limit.TryEnd());
        Assert.True(_limit.EndedLate);
        Assert.False(_limit.TryEnd());
        Assert.Equal((1, 1), (_limit.ExceededBy, _calls));
    }

    [Fact]
    public void Time_does_not_count_while_paused_and_every_pause_has_to_end()
    {
        _limit.Pause();
        _limit.Pause();
        _limit.Begin(1);
        Assert.False(_exceeded.Wait(2 * Limit, TestContext.Current.CancellationToken));
        _limit.Resume();
        Assert.False(_exceeded.Wait(2 * Limit, TestContext.Current.CancellationToken));
        _limit.Resume();
        Assert.True(_exceeded.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.Equal(1, _limit.ExceededBy);
    }

    [Fact]
    public void Nothing_is_exceeded_after_an_end_or_after_dispose()
    {
        // On a busy machine the time may be over before this thread comes to its next line.
        _limit.Begin(1);
        var hasEnded = _limit.TryEnd();
        Assert.Equal(!hasEnded, _exceeded.Wait(2 * Limit, TestContext.Current.CancellationToken));
        _limit.Begin(2);
        _limit.Dispose();
        var before = _limit.ExceededBy;
        Assert.Equal(before is not null, _exceeded.Wait(2 * Limit, TestContext.Current.CancellationToken));
        Assert.Equal(before, _limit.ExceededBy);
    }
}
