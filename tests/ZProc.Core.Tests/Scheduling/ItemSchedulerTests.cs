using System.Collections.Concurrent;
using ZProc.Core.Scheduling;

namespace ZProc.Core.Tests.Scheduling;

public sealed class ItemSchedulerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1, null, true)]
    [InlineData(4, null, true)]
    [InlineData(4, null, false)]
    [InlineData(3, 7, true)]
    [InlineData(3, 7, false)]
    public void Every_item_runs_once_and_its_results_are_passed_on_once(int throttle, int? size, bool isOrdered)
    {
        const int Count = 20_000;
        using var call = new Call(new ItemSchedulerOptions { ThrottleLimit = throttle, BatchSize = size, IsOrdered = isOrdered }, (_, _) => { });
        for (var i = 0; i < Count; i++)
        {
            call.Add(i);
        }

        var results = call.End();
        Assert.Equal(Enumerable.Range(0, Count), isOrdered ? results : results.Order());
        Assert.Equal((Count, Count), (call.Scheduler.Count, call.Scheduler.Done));
        Assert.InRange(call.Started, 1, throttle);
    }

    [Fact]
    public void A_call_that_is_stopped_before_its_last_result_does_not_seem_to_be_whole()
    {
        using var scheduler = new ItemScheduler(new ItemSchedulerOptions { ThrottleLimit = 1, IsOrdered = true }, static () => { });
        scheduler.Add(1);
        scheduler.EndInput();
        var batch = scheduler.Take()!;
        Assert.True(batch.TryTake(scheduler.Cutoff, out _));
        scheduler.Stop();
        Assert.Equal(-1, scheduler.Cutoff);
        batch.TryWrite("what nobody gets");
        scheduler.Complete(batch);
        scheduler.Results.Drain(static (_, _) => { }, watch: false);
        Assert.False(scheduler.IsDrained);
    }

    [Fact]
    public void Items_wait_for_no_item_that_another_worker_runs()
    {
        // All are read while the first runs, and so may be in one batch; the first waits for all others.
        using var others = new CountdownEvent(99);
        using var call = new Call(new ItemSchedulerOptions { ThrottleLimit = 2, IsOrdered = true }, (item, _) =>
        {
            if (item == 50)
            {
                others.Wait(Bound);
            }
            else
            {
                others.Signal();
            }
        });
        for (var i = 0; i < 100; i++)
        {
            call.Add(i);
        }

        Assert.Equal(Enumerable.Range(0, 100), call.End());
        Assert.True(others.IsSet);
    }

    [Fact]
    public void Reading_stops_while_results_are_not_passed_on()
    {
        using var call = new Call(new ItemSchedulerOptions { ThrottleLimit = 2, BatchSize = 10, IsOrdered = true }, (_, _) => { });
        var read = 0;
        while (SpinWait.SpinUntil(call.Scheduler.MayAdd, TimeSpan.FromMilliseconds(200)))
        {
            call.Scheduler.Add(read++);
            Assert.True(read < 1000);
        }

        Assert.Equal(Enumerable.Range(0, read), call.End());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_later_item_begins_after_an_error_where_errors_are_the_end(bool isOrdered)
    {
        Call? call = null;
        using var owned = call = new Call(new ItemSchedulerOptions { ThrottleLimit = 1, BatchSize = 100, IsOrdered = isOrdered, StopsOnError = true }, (item, _) =>
        {
            if (item == 5)
            {
                call!.Scheduler.NoteError(5);
            }
        });
        for (var i = 0; i < 100; i++)
        {
            call.Scheduler.Add(i);
        }

        Assert.Equal(Enumerable.Range(0, 6), call.End());
        Assert.False(call.Scheduler.MayAdd());
    }

    [Fact]
    public void Stop_ends_the_waits_of_workers_and_of_items_without_room()
    {
        using var full = new ManualResetEventSlim();
        using var call = new Call(new ItemSchedulerOptions { ThrottleLimit = 2, IsOrdered = true }, (_, batch) =>
        {
            while (batch.TryWrite(0))
            {
            }

            full.Set();
            batch.WaitForRoom();
        });
        call.Scheduler.Add(0);
        Assert.True(full.Wait(Bound, TestContext.Current.CancellationToken));
        call.Scheduler.Stop();
        call.Join();
    }

    /// <summary>A call whose workers are threads, and whose items are numbers that output themselves.</summary>
    private sealed class Call : IDisposable
    {
        private readonly ConcurrentQueue<Thread> _workers = new();
        private readonly List<int> _results = [];
        private readonly Action<int, ItemBatch> _run;

        public Call(ItemSchedulerOptions options, Action<int, ItemBatch> run)
        {
            _run = run;
            Scheduler = new ItemScheduler(options, Start);
        }

        public ItemScheduler Scheduler { get; }

        public int Started => _workers.Count;

        public void Add(int item)
        {
            if (!Scheduler.Add(item) || Scheduler.Results.IsWorthDraining)
            {
                Pump(Scheduler.MayAdd);
            }
        }

        public List<int> End()
        {
            Scheduler.EndInput();
            Pump(() => Scheduler.IsDrained);
            Join();
            return _results;
        }

        public void Join() => Assert.All(_workers, worker => Assert.True(worker.Join(Bound)));

        public void Dispose()
        {
            Scheduler.Stop();
            Join();
            Scheduler.Dispose();
        }

        private void Pump(Func<bool> isEnough)
        {
            using var bound = new CancellationTokenSource(Bound);
            while (true)
            {
                Scheduler.Results.Drain((_, results) => _results.AddRange(results.Cast<int>()), watch: true);
                if (isEnough())
                {
                    return;
                }

                Scheduler.Results.Wait(Timeout.InfiniteTimeSpan, bound.Token);
            }
        }

        private void Start()
        {
            var worker = new Thread(Work) { IsBackground = true };
            _workers.Enqueue(worker);
            worker.Start();
        }

        private void Work()
        {
            while (Scheduler.Take() is { } batch)
            {
                while (batch.TryTake(Scheduler.Cutoff, out var position))
                {
                    var item = (int)batch[position]!;
                    _run(item, batch);
                    while (!batch.TryWrite(item))
                    {
                        batch.WaitForRoom();
                    }
                }

                Scheduler.Complete(batch);
            }
        }
    }
}
