using System.Diagnostics;

namespace ZProc.Core.Scheduling;

/// <summary>
/// The time limit of items that one worker runs one after the other. One <see cref="Alarm"/> serves them all: it is set when an item
/// begins and none is set, and it sets itself again for an item that began later. At most one item exceeds the limit: then the
/// worker has to be ended. Thread-safe.
/// </summary>
public sealed class ItemTimeLimit : IDisposable
{
    private readonly object _gate = new();
    private readonly TimeSpan _limit;
    private readonly Action _onExceeded;
    private int? _item;
    private int? _exceededBy;
    private long _beganAt;
    private TimeSpan _paused; // of the item's time
    private long _pausedAt;
    private int _pauses; // not resumed: an OS process is read by two threads
    private bool _endedLate;
    private bool _isDisposed;
    private Alarm? _alarm;

    /// <summary>Makes the limit of a worker that runs no item yet.</summary>
    /// <param name="limit">How long an item may take.</param>
    /// <param name="onExceeded">Called once, when an item takes longer: on a thread of its own, with no lock held.</param>
    public ItemTimeLimit(TimeSpan limit, Action onExceeded)
    {
        _limit = limit;
        _onExceeded = onExceeded;
    }

    /// <summary>The item that took longer than the limit; null as long as none did.</summary>
    public int? ExceededBy
    {
        get
        {
            lock (_gate)
            {
                return _exceededBy;
            }
        }
    }

    /// <summary>Whether the item that took longer came to its own end before the worker was ended.</summary>
    public bool EndedLate
    {
        get
        {
            lock (_gate)
            {
                return _endedLate;
            }
        }
    }

    /// <summary>Notes that an item begins. No item may begin after one that exceeded the limit.</summary>
    /// <param name="item">The item's position in its batch.</param>
    public void Begin(int item)
    {
        lock (_gate)
        {
            _item = item;
            _beganAt = Stopwatch.GetTimestamp();
            _paused = TimeSpan.Zero;
            EnsureAlarm();
        }
    }

    /// <summary>Notes that the item in hand, if any, has ended.</summary>
    /// <returns>False when an item has exceeded the limit: no other may begin.</returns>
    public bool TryEnd()
    {
        lock (_gate)
        {
            _endedLate |= _exceededBy is not null && _item is not null;
            _item = null;
            return _exceededBy is null;
        }
    }

    /// <summary>Stops the item's time: the item waits for its results to be read. Each call needs its own <see cref="Resume"/>.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            if (_pauses++ == 0)
            {
                _pausedAt = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Lets the item's time go on after <see cref="Pause"/>.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (--_pauses == 0)
            {
                _paused += Stopwatch.GetElapsedTime(_pausedAt);
                EnsureAlarm();
            }
        }
    }

    /// <summary>Ends timing. Nothing is called any more, but for a call that has begun.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _alarm?.Dispose();
            _alarm = null;
        }
    }

    private void EnsureAlarm()
    {
        if (_alarm is null && _item is not null && _exceededBy is null && !_isDisposed)
        {
            _alarm = Alarm.After(Left(), "ZProc timeout", Check);
        }
    }

    private TimeSpan Left()
    {
        var left = _limit + _paused - Stopwatch.GetElapsedTime(_beganAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Check()
    {
        lock (_gate)
        {
            _alarm = null;
            if (_isDisposed || _item is null || _pauses > 0)
            {
                return; // the next item, or Resume, sets the alarm again
            }

            if (Left() > TimeSpan.Zero)
            {
                EnsureAlarm();
                return;
            }

            _exceededBy = _item;
        }

        _onExceeded();
    }
}
