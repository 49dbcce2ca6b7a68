using System.Globalization;

namespace ZProc.Core.Tests.Model;

/// <summary>The seed of a test that draws: a new one each time, or the one in the environment variable ZPROC_TEST_SEED to replay.</summary>
internal static class TestSeed
{
    private const string Variable = "ZPROC_TEST_SEED";

    /// <summary>The seed, with a note of it in the test's output.</summary>
    public static long Next(ITestOutputHelper output)
    {
        var seed = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.NextInt64(1_000_000_000);
        output.WriteLine($"{Variable}={seed} replays this.");
        return seed;
    }

    /// <summary>Runs a test, and says its seed if it fails.</summary>
    public static void Note(long seed, Action test)
    {
        try
        {
            test();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With {Variable}={seed}: {exception.Message}", exception);
        }
    }
}
