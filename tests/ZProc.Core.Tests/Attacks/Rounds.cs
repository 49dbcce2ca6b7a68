using System.Globalization;

namespace ZProc.Core.Tests.Attacks;

/// <summary>
/// How often an attack is repeated. The environment variable <c>ZPROC_ATTACK_FACTOR</c> multiplies the number of an everyday run, for
/// the long runs by hand.
/// </summary>
internal static class Rounds
{
    private static readonly int Factor =
        int.TryParse(Environment.GetEnvironmentVariable("ZPROC_ATTACK_FACTOR"), CultureInfo.InvariantCulture, out var factor) ? factor : 1;

    /// <summary>Whether this run is longer than an everyday one.</summary>
    public static bool AreMany => Factor > 1;

    public static int Of(int everyday) => everyday * Factor;
}
