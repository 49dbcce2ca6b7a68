using Xunit;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests;

public sealed class LingeringThreadTests
{
    private const int StackSize = 256 * 1024;
    private static readonly TimeSpan Forever = TimeSpan.FromMinutes(10);

    [Fact]
    public void Does_one_more_round_for_what_is_signalled_during_a_round()
    {
        using var entered = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var thread = New(Forever, () =>
        {
            entered.Release();
            return go.Wait(Soon);
        });
        thread.Signal();
        Await(entered);
        thread.Signal();
        thread.Signal();
        go.Release(2);
        Await(entered);
        Assert.False(entered.Wait(50, TestContext.Current.CancellationToken)); // two signals, one round
        thread.Stop();
    }

    [Fact]
    public void Keeps_its_thread_between_signals_that_come_soon()
    {
        using var worked = new SemaphoreSlim(0);
        var threads = new HashSet<int>();
        var thread = New(Forever, () =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            worked.Release();
            return true;
        });
        for (var i = 0; i < 3; i++)
        {
            thread.Signal();
            Await(worked);
        }

        Assert.Single(threads);
        thread.Stop();
    }

    [Fact]
    public void Makes_another_thread_after_it_has_ended()
    {
        using var worked = new SemaphoreSlim(0);
        var last = Thread.CurrentThread;
        var thread = New(TimeSpan.Zero, () =>
        {
            Volatile.Write(ref last, Thread.CurrentThread);
            worked.Release();
            return true;
        });
        thread.Signal();
        Await(worked);
        var first = Volatile.Read(ref last);
        Assert.True(first.Join(Soon)); // nothing was signalled: the thread ends
        thread.Signal();
        Await(worked);
        Assert.NotSame(first, Volatile.Read(ref last));
    }

    [Fact]
    public void Stop_leaves_the_end_to_the_caller_where_no_thread_runs()
    {
        var thread = New(Forever, static () => throw new InvalidOperationException("It was stopped."), static () => throw new InvalidOperationException("No thread runs."));
        Assert.True(thread.Stop());
        thread.Signal(); // makes no thread
        Assert.True(thread.Stop());
    }

    [Fact]
    public void Stop_ends_a_thread_that_waits_and_that_thread_says_so()
    {
        using var worked = new SemaphoreSlim(0);
        using var stopped = new SemaphoreSlim(0);
        var thread = New(
            Forever,
            () =>
            {
                worked.Release();
                return true;
            },
            () => stopped.Release());
        thread.Signal();
        Await(worked);
        Assert.False(thread.Stop());
        Await(stopped);
        Assert.False(thread.Stop()); // the end was seen to
        Assert.Equal(0, stopped.CurrentCount);
    }

    [Fact]
    public void The_last_round_is_followed_by_no_other()
    {
        using var worked = new SemaphoreSlim(0);
        Thread? last = null;
        var thread = New(
            Forever,
            () =>
            {
                last = Thread.CurrentThread;
                worked.Release();
                return false;
            },
            static () => throw new InvalidOperationException("It was not stopped."));
        thread.Signal();
        Await(worked);
        Assert.True(last!.Join(Soon));
        thread.Signal();
        Assert.False(worked.Wait(50, TestContext.Current.CancellationToken));
        Assert.False(thread.Stop()); // the round itself saw to the end
    }

    [Fact]
    public void Loses_no_signal()
    {
        var seen = 0;
        var given = 0;
        using var done = new ManualResetEventSlim();
        var thread = New(TimeSpan.Zero, () =>
        {
            Interlocked.Exchange(ref seen, Volatile.Read(ref given));
            if (Volatile.Read(ref seen) == 40_000)
            {
                done.Set();
            }

            return true;
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

    private static LingeringThread New(TimeSpan linger, Func<bool> work, Action? onStopped = null) =>
        new("test", StackSize, linger, work, onStopped ?? (static () => { }));

    private static void Await(SemaphoreSlim semaphore) => Assert.True(semaphore.Wait(Soon, TestContext.Current.CancellationToken));
}
