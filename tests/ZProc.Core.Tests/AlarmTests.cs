using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests;

public sealed class AlarmTests
{
    [Fact]
    public void Goes_off_after_its_time_and_not_before()
    {
        using var rung = new ManualResetEventSlim();
        var watch = Stopwatch.StartNew();
        using var alarm = Alarm.After(TimeSpan.FromMilliseconds(100), "test", rung.Set);
        Assert.True(rung.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.True(watch.ElapsedMilliseconds >= 100);
    }

    [Fact]
    public void Go_off_in_the_order_of_their_times_whatever_the_order_in_which_they_were_set()
    {
        // Each alarm runs on a thread of its own, which a busy machine may start late: then the times have to lie further apart.
        var gap = TimeSpan.FromMilliseconds(150);
        while (!TimesAndOrderAgree(gap))
        {
            gap *= 4;
            Assert.True(gap < Soon);
        }
    }

    [Fact]
    public void A_slow_alarm_holds_up_no_other()
    {
        using var release = new ManualResetEventSlim();
        using var second = new ManualResetEventSlim();
        using var slow = Alarm.After(TimeSpan.Zero, "test", () => release.Wait());
        using var quick = Alarm.After(TimeSpan.FromMilliseconds(20), "test", second.Set);
        Assert.True(second.Wait(Soon, TestContext.Current.CancellationToken));
        release.Set();
    }

    [Fact]
    public void A_disposed_alarm_does_not_go_off()
    {
        // On a busy machine the alarm may have gone off before this thread disposes of it: then it gets more time.
        var delay = TimeSpan.FromMilliseconds(50);
        bool? rang;
        while ((rang = RangAfterDisposal(delay)) is null)
        {
            delay *= 4;
            Assert.True(delay < Soon);
        }

        Assert.False(rang);
    }

    private static bool? RangAfterDisposal(TimeSpan delay)
    {
        var rang = false;
        var watch = Stopwatch.StartNew();
        var alarm = Alarm.After(delay, "test", () => rang = true);
        alarm.Dispose();
        if (watch.Elapsed >= delay)
        {
            return null;
        }

        alarm.Dispose();
        using var later = new ManualResetEventSlim();
        using var after = Alarm.After(delay * 2, "test", later.Set);
        Assert.True(later.Wait(Soon, TestContext.Current.CancellationToken));
        return rang;
    }

    private static bool TimesAndOrderAgree(TimeSpan gap)
    {
        using var order = new BlockingCollection<int>();
        foreach (var number in new[] { 3, 1, 2 })
        {
            Alarm.After(number * gap, "test", () => order.Add(number, CancellationToken.None));
        }

        return Enumerable.Range(0, 3).Select(_ => order.Take(TestContext.Current.CancellationToken)).ToArray() is [1, 2, 3];
    }
}
