namespace ZProc.Core.Tests.Faults;

/// <summary>The numbers of signals on Linux.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;
}
