using System.Runtime.InteropServices;

namespace ZProc.Core.Processes;

/// <summary>
/// A process held by a pidfd: it can be signalled and waited for without a chance of meeting another process under
/// the same id. Where there is none (a kernel before 5.3 such as that of RHEL 8, a container that forbids the call, no
/// descriptor left) the id is checked just before each use instead.
/// </summary>
internal sealed class LinuxProcessHandle : IDisposable
{
    private const int NoSuchProcess = 3;
    private readonly ProcessIdentity _process;
    private readonly int _descriptor;

    private LinuxProcessHandle(ProcessIdentity process, int descriptor)
    {
        _process = process;
        _descriptor = descriptor;
    }

    /// <summary>Takes hold of a process; null when it has ended.</summary>
    public static LinuxProcessHandle? Open(ProcessIdentity process)
    {
        var descriptor = (int)Libc.PidfdOpen(process.Id);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoSuchProcess)
        {
            return null;
        }

        var handle = new LinuxProcessHandle(process, descriptor);
        if (ProcessTree.IsAlive(process))
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Kills it.</summary>
    public void Kill()
    {
        if (_descriptor >= 0)
        {
            Libc.PidfdKill(_descriptor);
        }
        else if (ProcessTree.IsAlive(_process))
        {
            Libc.Kill(_process.Id, Libc.SignalKill);
        }
    }

    /// <summary>Waits until it runs no more.</summary>
    /// <returns>Whether it came to that.</returns>
    public bool WaitForExit(TimeSpan bound)
    {
        if (_descriptor >= 0)
        {
            return Libc.WaitReadable(_descriptor, bound);
        }

        // Without a pidfd nothing tells of the end of a process that is not our child, so all that is left is to look.
        return SpinWait.SpinUntil(() => !ProcessTree.IsAlive(_process), bound);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            Libc.Close(_descriptor);
        }
    }
}
