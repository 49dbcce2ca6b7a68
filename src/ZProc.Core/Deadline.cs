using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ZProc.Core;

/// <summary>The moment at which a wait gives up. It stays the same when the wait is interrupted and continued.</summary>
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

    /// <summary>The one of two that passes first.</summary>
    public static Deadline First(Deadline one, Deadline other) => one._at == 0 || (other._at != 0 && other._at < one._at) ? other : one;

    /// <summary>The one of two that passes last.</summary>
    public static Deadline Last(Deadline one, Deadline other) => one._at == 0 || (other._at != 0 && other._at < one._at) ? one : other;

    /// <summary>Whether it has passed.</summary>
    public bool Passed => _at != 0 && Stopwatch.GetTimestamp() >= _at;

    /// <summary>The time left, never negative and at most what a single wait accepts; <see cref="Timeout.InfiniteTimeSpan"/> for no deadline.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_at == 0)
            {
                return Timeout.InfiniteTimeSpan;
            }

            // Rounded up to the whole milliseconds that waits count in, so that no wait returns just before its deadline.
            var milliseconds = Math.Ceiling((_at - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency);
            return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue - 1));
        }
    }
}
