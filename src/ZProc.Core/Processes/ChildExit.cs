namespace ZProc.Core.Processes;

/// <summary>How a child ended.</summary>
/// <param name="Code">Its exit code; 128 and the signal's number when a signal ended it.</param>
/// <param name="LastText">The end of what it wrote as plain text to standard error; where .NET gave it up, the beginning of what that said.</param>
/// <param name="Reason">What went wrong between us and it, if that is why it was killed.</param>
public sealed record ChildExit(int Code, string LastText, Exception? Reason = null)
{
    private const int SignalBase = 128;
    private const int Killed = SignalBase + Libc.SignalKill;
    private const int Aborted = SignalBase + 6;
    private const int Faulted = SignalBase + 11;

    private static readonly Dictionary<int, string> Signals = new()
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [5] = "SIGTRAP", [6] = "SIGABRT", [7] = "SIGBUS",
        [8] = "SIGFPE", [9] = "SIGKILL", [10] = "SIGUSR1", [11] = "SIGSEGV", [12] = "SIGUSR2", [13] = "SIGPIPE", [14] = "SIGALRM",
        [15] = "SIGTERM", [24] = "SIGXCPU", [25] = "SIGXFSZ", [31] = "SIGSYS",
    };

    /// <summary>Whether it was killed and the system had killed for want of memory since its start, so that it was likely one of those.</summary>
    public bool WasOutOfMemory { get; init; }

    /// <summary>Whether it may have been somebody else's SIGKILL.</summary>
    internal bool WasKilled => Code == Killed;

    /// <summary>Whether it is how .NET ends a process that it gives up.</summary>
    internal bool WasGivenUp => Code is Aborted or Faulted;

    /// <summary>
    /// The signal that such an exit code stands for, by Linux's numbers; null when it stands for none. A program that
    /// itself exits with such a code looks the same: the system's answer does not reach .NET.
    /// </summary>
    public string? Signal => OperatingSystem.IsWindows() ? null : Signals.GetValueOrDefault(Code - SignalBase);
}
