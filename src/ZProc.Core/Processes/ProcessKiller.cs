using System.Diagnostics;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>Waits for the end of a single process that need not be a child, and ends it.</summary>
public static class ProcessKiller
{
    /// <summary>The longest time that the system waits in one call; a call without a bound is repeated.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Waits until a process has ended.</summary>
    public static void Wait(ProcessIdentity process)
    {
        if (OperatingSystem.IsLinux())
        {
            using var handle = LinuxProcessHandle.Open(process);
            while (handle?.WaitForExit(LongestWait) == false)
            {
            }
        }
        else if (OperatingSystem.IsWindows())
        {
            WindowsProcesses.Wait(process);
        }
        else
        {
            WithProcess(process, static other => other.WaitForExit());
        }
    }

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
        }
        else if (OperatingSystem.IsWindows())
        {
            WindowsProcesses.WaitOrKill(process, bound);
        }
        else
        {
            WithProcess(process, other =>
            {
                if (!other.WaitForExit(bound))
                {
                    other.Kill();
                }
            });
        }
    }

    private static void WithProcess(ProcessIdentity process, Action<Process> work)
    {
        try
        {
            using var other = Process.GetProcessById(process.Id);
            if (process.IsAlive)
            {
                work(other);
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Expected: the process has ended.
            ZProcEventSource.Log.FaultCaught(nameof(ProcessKiller), e);
        }
    }
}
