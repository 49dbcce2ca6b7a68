using System.Diagnostics;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>Ends a single process that need not be a child.</summary>
public static class ProcessKiller
{
    /// <summary>Waits until a process has ended, and kills it at the bound.</summary>
    public static void WaitOrKill(ProcessIdentity process, TimeSpan bound)
    {
        if (OperatingSystem.IsLinux())
        {
            using var handle = LinuxProcessHandle.Open(process);
            if (handle?.WaitForExit(bound) == false)
            {
                handle.Kill();
            }

            return;
        }

        if (OperatingSystem.IsWindows())
        {
            WindowsProcesses.WaitOrKill(process, bound);
            return;
        }

        try
        {
            using var other = Process.GetProcessById(process.Id);
            if (process.IsAlive && !other.WaitForExit(bound))
            {
                other.Kill();
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Expected: the process has ended.
            ZProcEventSource.Log.FaultCaught(nameof(ProcessKiller), e);
        }
    }
}
