using System.Diagnostics;

namespace ZProc.Benchmarks.Scale;

/// <summary>The clock that all OS processes of this machine share.</summary>
internal static class Clock
{
    /// <summary>The time, in seconds.</summary>
    public static double Now => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
}
