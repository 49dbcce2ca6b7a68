namespace ZProc.Core.Scheduling;

/// <summary>
/// The workers of a call: how many there are, how many wait for work, and which are woken. A worker is started only when work
/// comes in and no worker waits for it. Every member is called with the scheduler's lock held.
/// </summary>
internal sealed class WorkerSlots
{
    private readonly object _gate;
    private readonly int _limit;
    private readonly Action _start;
    private int _workers;
    private int _idle; // in Wait
    private int _woken; // of the idle ones: pulsed, and not running yet
    private bool _isAnyIdleForever;

    /// <summary>Makes the slots, without workers.</summary>
    /// <param name="gate">The scheduler's lock, on which workers wait.</param>
    /// <param name="limit">How many workers there may be.</param>
    /// <param name="start">Starts a worker. Called with the lock held: the worker takes its first batch on another thread.</param>
    public WorkerSlots(object gate, int limit, Action start)
    {
        _gate = gate;
        _limit = limit;
        _start = start;
    }

    /// <summary>Wakes a worker that waits, or starts one.</summary>
    public void WakeOrStart()
    {
        if (_idle > _woken)
        {
            _woken++;
            Monitor.Pulse(_gate);
        }
        else if (_workers < _limit)
        {
            _workers++;
            _start();
        }
    }

    /// <summary>Wakes all that wait.</summary>
    public void WakeAll()
    {
        _woken = _idle;
        Monitor.PulseAll(_gate);
    }

    /// <summary>Wakes those that wait without end: a batch has begun that they could take items from later.</summary>
    public void WakeForSplit()
    {
        if (_isAnyIdleForever)
        {
            _isAnyIdleForever = false;
            WakeAll();
        }
    }

    /// <summary>Waits to be woken. For a worker's thread.</summary>
    /// <param name="time">How long at most.</param>
    public void Wait(TimeSpan time)
    {
        _idle++;
        _isAnyIdleForever |= time == Timeout.InfiniteTimeSpan;
        if (Monitor.Wait(_gate, time))
        {
            _woken = Math.Max(0, _woken - 1);
        }

        // A wait that timed out may have been counted as woken: no more workers are woken than wait.
        _idle--;
        _woken = Math.Min(_woken, _idle);
    }

    /// <summary>Notes that a worker has left. For that worker's thread.</summary>
    public void Leave() => _workers--;
}
