using System.Diagnostics;

namespace ZProc.Benchmarks.Scale;

/// <summary>Times of the same thing, several times over: their median in seconds.</summary>
internal static class Repeat
{
    private const int Repetitions = 5;

    /// <summary>Something short: what one call takes, of many in a row.</summary>
    public static double Each(int count, Action<int> call) =>
        Statistics.Median(Enumerable.Range(0, Repetitions).Select(_ => Timing.Mean(count, call) / 1e6).ToArray());

    /// <summary>Something that takes a while.</summary>
    public static double Whole(Action call, int repetitions = Repetitions) =>
        Statistics.Median(Enumerable.Range(0, repetitions).Select(_ => Once(call)).ToArray());

    /// <summary>Once, in seconds.</summary>
    public static double Once(Action call)
    {
        var begin = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
