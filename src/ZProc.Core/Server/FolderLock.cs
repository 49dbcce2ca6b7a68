using Microsoft.Win32.SafeHandles;
using ZProc.Core.Processes;

namespace ZProc.Core.Server;

/// <summary>
/// The lock of a folder, of which all servers that start there hold one at a time. The system releases it with the process, and it
/// leaves no file.
/// </summary>
internal static class FolderLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Takes the lock, until the result is disposed.</summary>
    /// <returns>Null where there is no such lock, or another program does not release it.</returns>
    public static SafeFileHandle? TryTake(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var handle = new SafeFileHandle(Libc.OpenFolder(folder), ownsHandle: true);
        for (var until = Deadline.After(Patience); !handle.IsInvalid && Libc.TryLock(handle.DangerousGetHandle()) is var isTaken;)
        {
            if (isTaken)
            {
                return handle;
            }

            if (until.Passed)
            {
                break;
            }

            Thread.Sleep(Pause);
        }

        handle.Dispose();
        return null;
    }
}
