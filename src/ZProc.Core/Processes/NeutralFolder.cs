using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>
/// The folder in which ZProc's processes wait for an order. A process keeps its folder from being unmounted, on Windows even from
/// being renamed, so it must not be one of the user's.
/// </summary>
internal static class NeutralFolder
{
    private static readonly string Folder = OperatingSystem.IsWindows() ? Environment.SystemDirectory : "/";

    /// <summary>Makes a program start there. A log with a relative path stays the same file.</summary>
    public static void Use(ProcessStartInfo info)
    {
        info.WorkingDirectory = Folder;
        if (info.Environment.TryGetValue(EventLog.Variable, out var log) && !string.IsNullOrEmpty(log))
        {
            info.Environment[EventLog.Variable] = Path.GetFullPath(log);
        }
    }
}
