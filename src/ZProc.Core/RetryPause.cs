namespace ZProc.Core;

/// <summary>The time between attempts that fail one after the other.</summary>
public static class RetryPause
{
    /// <summary>The pause after the next failure: twice as long, up to a bound.</summary>
    public static TimeSpan Longer(TimeSpan pause, TimeSpan longest) => TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, longest.Ticks));
}
