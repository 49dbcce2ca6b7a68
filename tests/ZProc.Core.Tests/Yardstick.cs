using System.Diagnostics;
using System.Security.Cryptography;

namespace ZProc.Core.Tests;

/// <summary>Bounds in time, given for an idle machine and scaled by how slow a busy machine is now.</summary>
internal static class Yardstick
{
    private const int Pieces = 400;

    /// <summary>Asserts that work took less than a number of seconds of an idle machine.</summary>
    public static void AssertWithin(double seconds, TimeSpan taken)
    {
        if (taken.TotalSeconds < seconds)
        {
            return;
        }

        var slowness = MeasureSlowness();
        Assert.True(
            taken.TotalSeconds < seconds * slowness,
            $"It took {taken.TotalSeconds:0.0} s, and {seconds} s are allowed; this machine is {slowness:0.0} times slower than an idle one.");
    }

    /// <summary>How many times longer work takes now than without other work beside it.</summary>
    private static double MeasureSlowness()
    {
        // Pieces so short that the fastest of them was not interrupted.
        var block = new byte[512 * 1024];
        var fastest = long.MaxValue;
        var began = Stopwatch.GetTimestamp();
        for (var piece = 0; piece < Pieces; piece++)
        {
            var start = Stopwatch.GetTimestamp();
            SHA256.HashData(block);
            fastest = Math.Min(fastest, Stopwatch.GetTimestamp() - start);
        }

        return Math.Max(1, (double)(Stopwatch.GetTimestamp() - began) / (Pieces * fastest));
    }
}
