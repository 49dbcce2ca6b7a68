using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ZProc.Core;

/// <summary>A moment after which nobody waits any more. It does not move, however often the wait is taken up again.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct Deadline
{
    private readonly long _at; // Stopwatch ticks; 0 for never

    private Deadline(long at) => _at = at;

    /// <summary>No deadline.</summary>
    public static Deadline Never => default;

    /// <summary>A time from now; <see cref="Timeout.InfiniteTimeSpan"/> is never.</summary>
    public static Deadline After(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan
        ? Never
        : new Deadline(Math.Max(1, Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency)));

    /// <summary>Whether it has passed.</summary>
    public bool Passed => _at != 0 && Stopwatch.GetTimestamp() >= _at;

    /// <summary>What is left, never negative; <see cref="Timeout.InfiniteTimeSpan"/> for never. As far as one wait can go.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_at == 0)
            {
                return Timeout.InfiniteTimeSpan;
            }

            // Rounded up to whole milliseconds, which is what waits count in, so that no wait returns just before its deadline.
            var milliseconds = Math.Ceiling((_at - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency);
            return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue - 1));
        }
    }
}
