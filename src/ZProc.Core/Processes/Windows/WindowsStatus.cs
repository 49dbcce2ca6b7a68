using System.Globalization;

namespace ZProc.Core.Processes.Windows;

/// <summary>The exit codes with which Windows and .NET end a process that crashed or was interrupted.</summary>
internal static class WindowsStatus
{
    private static readonly Dictionary<uint, string> Crashes = new()
    {
        [0x8007000E] = "want of memory",
        [0x80131506] = "an internal error of .NET",
        [0x80131623] = "Environment.FailFast",
        [0xC0000005] = "an access violation",
        [0xC0000017] = "want of memory",
        [0xC000001D] = "an illegal instruction",
        [0xC0000094] = "a division by zero",
        [0xC00000FD] = "a stack overflow",
        [0xC0000142] = "a library that could not start",
        [0xC0000374] = "a damaged heap",
        [0xC0000409] = "a fast fail",
        [0xC0000602] = "a fail-fast exception of .NET",
        [0xE0434352] = "an unhandled exception of .NET",
    };

    private const uint Interrupted = 0xC000013A;

    /// <summary>Whether a code tells of a crash.</summary>
    public static bool IsCrash(int code) => Crashes.ContainsKey(unchecked((uint)code));

    /// <summary>What a code tells, as the end of a sentence: <c>crashed by a stack overflow (0xC00000FD)</c>; null when it tells nothing.</summary>
    public static string? Describe(int code)
    {
        var status = unchecked((uint)code);
        return Crashes.TryGetValue(status, out var crash) ? string.Create(CultureInfo.InvariantCulture, $"crashed by {crash} (0x{status:X8})")
            : status == Interrupted ? string.Create(CultureInfo.InvariantCulture, $"was ended by Ctrl+C or the end of its console (0x{status:X8})")
            : null;
    }
}
