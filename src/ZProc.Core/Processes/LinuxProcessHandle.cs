using System.Runtime.InteropServices;

namespace ZProc.Core.Processes;

/// <summary>
/// A Linux process held by a pidfd, so that a signal or a wait never meets another process under the same id. Where the call
/// fails (a kernel before 5.3, such as that of RHEL 8, a container that forbids it, no descriptor left), the identity is checked
/// just before each use instead.
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

    /// <summary>Opens a process; null when it has ended.</summary>
    public static LinuxProcessHandle? Open(ProcessIdentity process)
    {
        var descriptor = (int)Libc.PidfdOpen(process.Id);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoSuchProcess)
        {
            return null;
        }

        var handle = new LinuxProcessHandle(process, descriptor);
        if (process.IsAlive)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Sends a signal to the process.</summary>
    public void Signal(int signal)
    {
        if (_descriptor >= 0)
        {
            Libc.PidfdSignal(_descriptor, signal);
        }
        else if (_process.IsAlive)
        {
            Libc.Kill(_process.Id, signal);
        }
    }

    /// <summary>Sends SIGKILL to the process.</summary>
    public void Kill() => Signal(Libc.SignalKill);

    /// <summary>Waits until the process runs no more.</summary>
    /// <returns>Whether the process ended before the bound.</returns>
    public bool WaitForExit(TimeSpan bound)
    {
        if (_descriptor >= 0)
        {
            return Libc.WaitReadable(_descriptor, bound);
        }

        // Without a pidfd the system does not report the end of a process that is not a child, so this polls.
        return SpinWait.SpinUntil(() => !_process.IsAlive, bound);
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
