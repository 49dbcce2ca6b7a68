namespace ZProc.Core.Tests.Faults;

/// <summary>The numbers of signals on Linux.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Skips the test on a system where signals have other numbers.</summary>
    public static void SkipUnlessKnown() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The numbers of the signals differ.");
}
