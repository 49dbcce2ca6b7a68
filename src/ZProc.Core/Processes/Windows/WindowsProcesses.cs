using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ZProc.Core.Processes.Windows;

/// <summary>Looks at single processes of Windows, also at those of other users and with other rights.</summary>
internal static class WindowsProcesses
{
    /// <summary>The process that has an id now; null when there is none, or this user may not look at it.</summary>
    public static ProcessIdentity? Read(int id)
    {
        using var process = Open(id, Kernel32.ProcessQueryLimitedInformation | Kernel32.Synchronize);
        return IdentityOf(process, id);
    }

    /// <summary>Whether a process has an id, and this user may not look at it.</summary>
    public static bool IsHidden(int id)
    {
        using var process = Open(id, Kernel32.ProcessQueryLimitedInformation | Kernel32.Synchronize);
        return process.IsInvalid && Marshal.GetLastPInvokeError() == Kernel32.AccessDenied;
    }

    /// <summary>Waits until a process has ended.</summary>
    public static void Wait(ProcessIdentity process)
    {
        using var handle = Open(process.Id, Kernel32.ProcessQueryLimitedInformation | Kernel32.Synchronize);
        while (IdentityOf(handle, process.Id) == process && !Kernel32.Wait(handle, ProcessKiller.LongestWait))
        {
        }
    }

    /// <summary>Waits until a process has ended, and kills it at the bound.</summary>
    /// <exception cref="Win32Exception">This user may not end the process.</exception>
    public static void WaitOrKill(ProcessIdentity process, TimeSpan bound)
    {
        using var handle = Open(process.Id, Kernel32.ProcessTerminate | Kernel32.ProcessQueryLimitedInformation | Kernel32.Synchronize);
        if (IdentityOf(handle, process.Id) == process && !Kernel32.Wait(handle, bound) && !Kernel32.TerminateProcess(handle, 1) && !Kernel32.Wait(handle, TimeSpan.Zero))
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static SafeProcessHandle Open(int id, uint access) => Kernel32.OpenProcess(access, inherit: false, id);

    /// <summary>An id passes to no other process while a handle is open. A process that has ended can be opened as long as somebody has one.</summary>
    private static ProcessIdentity? IdentityOf(SafeProcessHandle process, int id) =>
        !process.IsInvalid && Kernel32.GetProcessTimes(process, out var created, out _, out _, out _) && !Kernel32.Wait(process, TimeSpan.Zero)
            ? new ProcessIdentity(id, created)
            : null;
}
