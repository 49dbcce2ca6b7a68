using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core;

/// <summary>
/// Runs something once, after a delay. All alarms share one thread, which exists only while an alarm is set. The work of each runs
/// on a background thread of its own, so that it may block and needs no thread pool. Dispose cancels the alarm.
/// </summary>
public sealed class Alarm : IDisposable
{
    private const int RetriesPerSecond = 10; // for a thread that cannot be started

    private static readonly object Gate = new();
    private static readonly SortedSet<Alarm> Set = new(Comparer<Alarm>.Create(static (left, right) =>
        left._due != right._due ? left._due.CompareTo(right._due) : left._number.CompareTo(right._number)));

    private static long _last;
    private static bool _running;

    private readonly string _name;
    private long _due;
    private readonly long _number = Interlocked.Increment(ref _last);
    private Action? _work;

    private Alarm(string name, TimeSpan delay, Action work)
    {
        _name = name;
        _due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        _work = work;
    }

    /// <summary>Sets an alarm.</summary>
    /// <param name="delay">The time until the work runs.</param>
    /// <param name="name">The name of the thread that runs the work.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="OutOfMemoryException">The system gives no thread for alarms. None is set.</exception>
    public static Alarm After(TimeSpan delay, string name, Action work)
    {
        var alarm = new Alarm(name, delay, work);
        lock (Gate)
        {
            Set.Add(alarm);
            if (!_running)
            {
                try
                {
                    BackgroundThread.Start(Run, "ZProc alarms");
                    _running = true;
                }
                catch (OutOfMemoryException)
                {
                    Set.Remove(alarm);
                    throw;
                }
            }
            else
            {
                Monitor.Pulse(Gate);
            }
        }

        return alarm;
    }

    /// <summary>Cancels the alarm, unless its work has begun.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_work is not null)
            {
                _work = null;
                Set.Remove(this);
                Monitor.Pulse(Gate);
            }
        }
    }

    private static void Run()
    {
        lock (Gate)
        {
            while (Set.Min is { } next)
            {
                var left = (next._due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
                if (left > 0)
                {
                    Monitor.Wait(Gate, (int)Math.Min(Math.Ceiling(left), int.MaxValue));
                    continue;
                }

                Set.Remove(next);
                try
                {
                    BackgroundThread.Start(next._work!, next._name);
                    next._work = null;
                }
                catch (OutOfMemoryException expected)
                {
                    // Expected: the process has no descriptors or no memory for a thread now. The alarm is late rather than lost.
                    ZProcEventSource.Log.FaultCaught(nameof(Alarm), expected);
                    next._due = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / RetriesPerSecond);
                    Set.Add(next);
                }
            }

            _running = false;
        }
    }
}
