using ZProc.Core.Scheduling;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Scheduling;

public sealed class WorkerSlotsTests
{
    private readonly object _gate = new();
    private int _started;

    [Fact]
    public void Workers_are_started_up_to_the_limit_where_none_waits()
    {
        var slots = Make(limit: 2);
        WakeOrStart(slots, times: 5);
        Assert.Equal(2, _started);
    }

    [Fact]
    public void A_slot_is_free_again_when_its_worker_has_left()
    {
        var slots = Make(limit: 1);
        WakeOrStart(slots, times: 1);
        lock (_gate)
        {
            slots.Leave();
        }

        WakeOrStart(slots, times: 1);
        Assert.Equal(2, _started);
    }

    [Fact]
    public void Each_call_wakes_another_worker_that_waits_before_one_is_started()
    {
        var slots = Make(limit: 3);
        WakeOrStart(slots, times: 2);
        Thread[] workers = [Wait(slots, Timeout.InfiniteTimeSpan), Wait(slots, Timeout.InfiniteTimeSpan)];

        // Under one lock, so that no worker runs between the calls.
        WakeOrStart(slots, times: 2);
        Assert.All(workers, worker => Assert.True(worker.Join(Soon)));
        Assert.Equal(2, _started);
        WakeOrStart(slots, times: 1);
        Assert.Equal(3, _started);
    }

    [Fact]
    public void A_split_wakes_those_that_wait_without_end()
    {
        var slots = Make(limit: 2);
        Thread[] workers = [Wait(slots, Timeout.InfiniteTimeSpan), Wait(slots, Timeout.InfiniteTimeSpan)];
        lock (_gate)
        {
            slots.WakeForSplit();
        }

        Assert.All(workers, worker => Assert.True(worker.Join(Soon)));
        var patient = Wait(slots, Soon);
        lock (_gate)
        {
            slots.WakeForSplit(); // does not wake the one whose wait has an end
            slots.WakeOrStart();
        }

        Assert.True(patient.Join(Soon));
        Assert.Equal(0, _started);
    }

    [Fact]
    public void A_worker_whose_wait_timed_out_is_not_counted_as_waiting()
    {
        var slots = Make(limit: 1);
        Assert.True(Wait(slots, TimeSpan.FromMilliseconds(1)).Join(Soon));
        WakeOrStart(slots, times: 1);
        Assert.Equal(1, _started);
    }

    private WorkerSlots Make(int limit) => new(_gate, limit, () => _started++);

    private void WakeOrStart(WorkerSlots slots, int times)
    {
        lock (_gate)
        {
            for (var i = 0; i < times; i++)
            {
                slots.WakeOrStart();
            }
        }
    }

    /// <summary>Starts a thread, and returns when it waits.</summary>
    private Thread Wait(WorkerSlots slots, TimeSpan time)
    {
        using var entered = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            lock (_gate)
            {
                entered.Set(); // the lock is free again when this thread waits
                slots.Wait(time);
            }
        }) { IsBackground = true };
        thread.Start();
        Assert.True(entered.Wait(Soon, TestContext.Current.CancellationToken));
        lock (_gate)
        {
            return thread;
        }
    }
}
