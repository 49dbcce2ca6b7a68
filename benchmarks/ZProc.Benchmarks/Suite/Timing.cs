using System.Diagnostics;

namespace ZProc.Benchmarks.Suite;

/// <summary>Times short operations in this process.</summary>
internal static class Timing
{
    /// <summary>The median of calls that are timed one by one, in microseconds.</summary>
    public static double Median(int count, Action call)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            call();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        return Statistics.Median(times);
    }

    /// <summary>The mean of many calls, in microseconds, for calls that are too short to be timed one by one.</summary>
    public static double Mean(int count, Action<int> call)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            call(i);
        }

        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / count;
    }
}
