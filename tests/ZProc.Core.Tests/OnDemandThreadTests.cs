using Xunit;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests;

public sealed class OnDemandThreadTests
{
    [Fact]
    public void Signals_during_a_round_cause_one_more_round()
    {
        using var entered = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var rounds = 0;
        var thread = new OnDemandThread("test", () =>
        {
            Interlocked.Increment(ref rounds);
            entered.Release();
            go.Wait(Soon);
        });
        thread.Signal();
        Assert.True(entered.Wait(Soon, TestContext.Current.CancellationToken));
        thread.Signal();
        thread.Signal();
        go.Release(2);
        Assert.True(entered.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.Equal(2, rounds);
        Assert.False(entered.Wait(50, TestContext.Current.CancellationToken)); // two signals, one round
    }

    [Fact]
    public void Loses_no_signal()
    {
        var seen = 0;
        var given = 0;
        using var done = new ManualResetEventSlim();
        var thread = new OnDemandThread("test", () =>
        {
            Interlocked.Exchange(ref seen, Volatile.Read(ref given));
            if (Volatile.Read(ref seen) == 40_000)
            {
                done.Set();
            }
        });
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                Interlocked.Increment(ref given);
                thread.Signal();
            }
        });
        Assert.True(done.Wait(Soon, TestContext.Current.CancellationToken));
    }
}
