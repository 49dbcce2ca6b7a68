using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>The end of a child.</summary>
/// <param name="Code">The exit code; 128 plus the signal's number when a signal ended the child; -1 when unknown.</param>
/// <param name="LastText">The end of the text on its standard error; after a crash of .NET, the beginning of the crash report.</param>
/// <param name="Reason">The failure of the communication that the child was killed for; null when there was none.</param>
public sealed record ChildExit(int Code, string LastText, Exception? Reason = null)
{
    private const int SignalBase = 128;
    private const int Killed = SignalBase + Libc.SignalKill;
    private const int Aborted = SignalBase + 6;
    private const int Faulted = SignalBase + 11;

    private static readonly Dictionary<int, string> LinuxSignals = SignalsWith(new() { [7] = "SIGBUS", [10] = "SIGUSR1", [12] = "SIGUSR2", [31] = "SIGSYS" });
    private static readonly Dictionary<int, string> MacSignals = SignalsWith(new() { [7] = "SIGEMT", [10] = "SIGBUS", [12] = "SIGSYS", [30] = "SIGUSR1", [31] = "SIGUSR2" });

    /// <summary>Whether the child was probably killed for want of memory: SIGKILL came from elsewhere, and the system has killed for want of memory since its start.</summary>
    public bool WasOutOfMemory { get; init; }

    /// <summary>Whether the code is that of a SIGKILL.</summary>
    internal bool WasKilled => !OperatingSystem.IsWindows() && Code == Killed;

    /// <summary>Whether the code is one with which .NET ends a process after a crash.</summary>
    internal bool WasRuntimeCrash => OperatingSystem.IsWindows() ? WindowsStatus.IsCrash(Code) : Code is Aborted or Faulted;

    /// <summary>
    /// The signal that the exit code stands for on this system; null when it stands for none. A program that
    /// exits with such a code by itself looks the same, because .NET does not pass on the difference.
    /// </summary>
    public string? Signal => OperatingSystem.IsWindows() ? null : SignalOf(Code, OperatingSystem.IsMacOS());

    /// <summary>How Windows ended the child, by the exit code: the end of a sentence; null when the code tells nothing.</summary>
    public string? Status => OperatingSystem.IsWindows() ? WindowsStatus.Describe(Code) : null;

    /// <summary>The signal that an exit code stands for; null when it stands for none.</summary>
    internal static string? SignalOf(int code, bool isMac) => (isMac ? MacSignals : LinuxSignals).GetValueOrDefault(code - SignalBase);

    /// <summary>Adds the signals with the same numbers on both systems.</summary>
    private static Dictionary<int, string> SignalsWith(Dictionary<int, string> own)
    {
        string[] common = ["1 SIGHUP", "2 SIGINT", "3 SIGQUIT", "4 SIGILL", "5 SIGTRAP", "6 SIGABRT", "8 SIGFPE", "9 SIGKILL", "11 SIGSEGV",
            "13 SIGPIPE", "14 SIGALRM", "15 SIGTERM", "24 SIGXCPU", "25 SIGXFSZ"];
        foreach (var signal in common)
        {
            var parts = signal.Split(' ');
            own.Add(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1]);
        }

        return own;
    }
}
