using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>An OS process, told apart from a later one with the same id.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">When the process started, in the platform's own unit.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProcessIdentity(int Id, long StartTime)
{
    /// <summary>Whether the process runs. A zombie does not. On Windows, one that this user may not look at counts as running.</summary>
    public bool IsAlive => Of(Id) is { } now ? now == this : OperatingSystem.IsWindows() && WindowsProcesses.IsHidden(Id);

    /// <summary>The process that has an id now; null when there is none, or only a zombie.</summary>
    public static ProcessIdentity? Of(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxProcesses.Read(id)?.Identity;
        }

        if (OperatingSystem.IsWindows())
        {
            return WindowsProcesses.Read(id);
        }

        try
        {
            using var process = Process.GetProcessById(id);
            var start = process.StartTime.ToUniversalTime().Ticks;
            return new ProcessIdentity(id, start - (start % TimeSpan.TicksPerSecond)); // as exact as ps
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // Expected: there is no such process, it ended meanwhile, or this user may not look at it.
            ZProcEventSource.Log.FaultCaught(nameof(ProcessIdentity), e);
            return null;
        }
    }
}
