using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ZProc.Core.Processes.Supervision;

/// <summary>One moment on two clocks. Times that people read come from the wall clock, which jumps; durations come from the steady clock.</summary>
/// <param name="Utc">The wall clock, in UTC.</param>
/// <param name="Steady">The steady clock: the time since an arbitrary point in the past. No change of the system's time moves it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Moment(DateTime Utc, TimeSpan Steady)
{
    /// <summary>The present moment.</summary>
    public static Moment Now => new(DateTime.UtcNow, Stopwatch.GetElapsedTime(0));
}
