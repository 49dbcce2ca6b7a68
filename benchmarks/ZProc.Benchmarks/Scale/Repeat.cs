using System.Diagnostics;

namespace ZProc.Benchmarks.Scale;

/// <summary>Times an operation several times: the median, in seconds.</summary>
internal static class Repeat
{
    private const int Repetitions = 5;

    /// <summary>The time of one call of a short operation, out of many in a row.</summary>
    public static double Each(int count, Action<int> call) =>
        Statistics.Median(Enumerable.Range(0, Repetitions).Select(_ => Timing.Mean(count, call) / 1e6).ToArray());

    /// <summary>The time of a longer operation.</summary>
    public static double Whole(Action call, int repetitions = Repetitions) =>
        Statistics.Median(Enumerable.Range(0, repetitions).Select(_ => Once(call)).ToArray());

    /// <summary>The time of one run, in seconds.</summary>
    public static double Once(Action call)
    {
        var begin = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
