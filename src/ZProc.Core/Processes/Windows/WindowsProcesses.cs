using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ZProc.Core.Processes.Windows;

/// <summary>Looks at single processes of Windows, also at those of other users and with other rights.</summary>
internal static class WindowsProcesses
{
    private const uint Look = Kernel32.ProcessQueryLimitedInformation | Kernel32.Synchronize;

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1); // between looks at a process that this user may not wait for
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(5); // of a process that is ending

    /// <summary>The process that has an id now; null when there is none, or this user may not look at it.</summary>
    public static ProcessIdentity? Read(int id)
    {
        using var process = Open(id, Look);
        return IdentityOf(process, id);
    }

    /// <summary>Whether a process has an id, and this user may not look at it.</summary>
    public static bool IsHidden(int id)
    {
        using var process = Open(id, Look);
        return process.IsInvalid && Marshal.GetLastPInvokeError() == Kernel32.AccessDenied;
    }

    /// <summary>Waits until a process has ended. One that this user may not look at counts as running as long as its id is in use.</summary>
    public static void Wait(ProcessIdentity process)
    {
        while (!Wait(process, ProcessKiller.LongestWait))
        {
        }
    }

    /// <summary>Waits until a process has ended, and kills it at the bound.</summary>
    /// <exception cref="Win32Exception">This user may not end the process.</exception>
    public static void WaitOrKill(ProcessIdentity process, TimeSpan bound)
    {
        if (Wait(process, bound))
        {
            return;
        }

        using var handle = Open(process.Id, Look | Kernel32.ProcessTerminate);
        if (handle.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            if (process.IsAlive)
            {
                throw new Win32Exception(error);
            }
        }
        else if (IdentityOf(handle, process.Id) == process && !Kernel32.TerminateProcess(handle, 1))
        {
            var error = Marshal.GetLastPInvokeError(); // a process that is ending cannot be ended either
            if (!Kernel32.Wait(handle, EndBound))
            {
                throw new Win32Exception(error);
            }
        }
    }

    private static bool Wait(ProcessIdentity process, TimeSpan bound)
    {
        using var handle = Open(process.Id, Look);
        if (!handle.IsInvalid)
        {
            return IdentityOf(handle, process.Id) != process || Kernel32.Wait(handle, bound);
        }

        for (var until = Deadline.After(bound); IsHidden(process.Id); Thread.Sleep(until.Remaining < LookPause ? until.Remaining : LookPause))
        {
            if (until.Passed)
            {
                return false;
            }
        }

        return true;
    }

    private static SafeProcessHandle Open(int id, uint access) => Kernel32.OpenProcess(access, inherit: false, id);

    /// <summary>An id passes to no other process while a handle is open. A process that has ended can be opened as long as somebody has one.</summary>
    private static ProcessIdentity? IdentityOf(SafeProcessHandle process, int id) =>
        !process.IsInvalid && Kernel32.GetProcessTimes(process, out var created, out _, out _, out _) && !Kernel32.Wait(process, TimeSpan.Zero)
            ? new ProcessIdentity(id, created)
            : null;
}
