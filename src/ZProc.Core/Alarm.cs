using System.Diagnostics;

namespace ZProc.Core;

/// <summary>
/// Does something once, later. All alarms share one thread, which is there only while any is set; what they do runs on a
/// background thread of its own, so that it may take its time and needs no thread pool. Dispose calls it off.
/// </summary>
public sealed class Alarm : IDisposable
{
    private static readonly object Gate = new();
    private static readonly SortedSet<Alarm> Set = new(Comparer<Alarm>.Create(static (left, right) =>
        left._due != right._due ? left._due.CompareTo(right._due) : left._number.CompareTo(right._number)));

    private static long _last;
    private static bool _running;

    private readonly string _name;
    private readonly long _due;
    private readonly long _number = Interlocked.Increment(ref _last);
    private Action? _work;

    private Alarm(string name, TimeSpan delay, Action work)
    {
        _name = name;
        _due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        _work = work;
    }

    /// <summary>Sets one.</summary>
    /// <param name="name">What its thread is called.</param>
    /// <param name="delay">After how long it goes off.</param>
    /// <param name="work">What to do then.</param>
    public static Alarm After(TimeSpan delay, string name, Action work)
    {
        var alarm = new Alarm(name, delay, work);
        lock (Gate)
        {
            Set.Add(alarm);
            if (!_running)
            {
                _running = true;
                new Thread(Run) { IsBackground = true, Name = "ZProc alarms" }.Start();
            }
            else
            {
                Monitor.Pulse(Gate);
            }
        }

        return alarm;
    }

    /// <summary>Calls it off; too late once it has gone off.</summary>
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
                var work = next._work!;
                next._work = null;
                new Thread(() => work()) { IsBackground = true, Name = next._name }.Start();
            }

            _running = false;
        }
    }
}
