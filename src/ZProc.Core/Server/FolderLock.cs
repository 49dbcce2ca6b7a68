using Microsoft.Win32.SafeHandles;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;

namespace ZProc.Core.Server;

/// <summary>
/// The lock of a folder, of which all servers that start there hold one at a time. The system releases it with the process, and it
/// leaves no file.
/// </summary>
internal static class FolderLock
{
    private const string LockFile = "starting.lock"; // on Windows
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Takes the lock, until the result is disposed.</summary>
    /// <returns>Null where the folder has no lock, or another program does not release it.</returns>
    public static SafeFileHandle? TryTake(string folder)
    {
        for (var until = Deadline.After(Patience); ; Thread.Sleep(Pause))
        {
            if ((OperatingSystem.IsWindows() ? TryOpen(folder) : TryLock(folder)) is { } taken)
            {
                return taken;
            }

            if (until.Passed)
            {
                return null;
            }
        }
    }

    private static SafeFileHandle? TryLock(string folder)
    {
        var handle = new SafeFileHandle(Libc.OpenFolder(folder), ownsHandle: true);
        if (!handle.IsInvalid && Libc.TryLock(handle.DangerousGetHandle()))
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>On Windows the lock is a file that only one process can have open, and that goes when it is closed.</summary>
    private static SafeFileHandle? TryOpen(string folder)
    {
        try
        {
            return File.OpenHandle(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (Exception expected) when (expected is IOException or UnauthorizedAccessException)
        {
            // Expected: another process has the file, or has just closed it.
            ZProcEventSource.Log.FaultCaught(nameof(FolderLock), expected);
            return null;
        }
    }
}
