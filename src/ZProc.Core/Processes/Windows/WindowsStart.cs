using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ZProc.Core.Processes.Windows;

/// <summary>
/// Starts processes on Windows with three pipes. Such a process inherits the three and no other handle, and has a console of its own
/// without a window: Ctrl+C and the end of the session's console do not reach it.
/// </summary>
internal static unsafe class WindowsStart
{
    private const uint Flags = Kernel32.CreateUnicodeEnvironment | Kernel32.CreateExtendedStartupInfo | Kernel32.CreateNoWindow;
    private const int PipeBytes = 64 * 1024;

    /// <summary>Starts a process in a job. All that it starts is in the job as well.</summary>
    /// <param name="info">The program, its arguments, its environment and its folder.</param>
    /// <param name="job">The job, empty.</param>
    /// <exception cref="Win32Exception">The program cannot be started, or not in a job.</exception>
    public static PipedProcess InJob(ProcessStartInfo info, JobObject job) => Start(info, Flags | Kernel32.CreateSuspended, job);

    /// <summary>Starts a process that outlives this one: outside of the job that this process may be in.</summary>
    /// <param name="info">The program, its arguments, its environment and its folder.</param>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public static PipedProcess Detached(ProcessStartInfo info)
    {
        try
        {
            return Start(info, Flags | Kernel32.CreateBreakawayFromJob, job: null);
        }
        catch (Win32Exception exception) when (exception.NativeErrorCode == Kernel32.AccessDenied)
        {
            // A job of another program, such as a service or a terminal, forbids to leave it. The process then ends with that job.
            return Start(info, Flags, job: null);
        }
    }

    private static PipedProcess Start(ProcessStartInfo info, uint flags, JobObject? job)
    {
        var input = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None, PipeBytes);
        var output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None, PipeBytes);
        var error = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None, PipeBytes);
        try
        {
            var process = Create(info, flags, job, input, output, error);
            return new PipedProcess(process, input, output, new StreamReader(error, info.StandardErrorEncoding ?? Encoding.UTF8));
        }
        catch
        {
            input.Dispose();
            output.Dispose();
            error.Dispose();
            throw;
        }
        finally
        {
            // The child's ends. Without this the pipes would not end with the child.
            input.DisposeLocalCopyOfClientHandle();
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();
        }
    }

    private static Process Create(
        ProcessStartInfo info, uint flags, JobObject? job, AnonymousPipeServerStream input, AnonymousPipeServerStream output, AnonymousPipeServerStream error)
    {
        nint[] handles =
        [
            input.ClientSafePipeHandle.DangerousGetHandle(), output.ClientSafePipeHandle.DangerousGetHandle(), error.ClientSafePipeHandle.DangerousGetHandle(),
        ];
        using var inherited = new HandleList(handles);
        var startup = new StartupInfo
        {
            Size = (uint)sizeof(StartupInfo),
            Flags = StartupInfo.UseStandardHandles,
            Input = handles[0],
            Output = handles[1],
            Error = handles[2],
            Attributes = inherited.Value,
        };
        ProcessInformation created = default;
        var command = (CommandLine.Write(info.FileName, info.ArgumentList) + '\0').ToCharArray(); // the system writes into it
        fixed (char* line = command, environment = EnvironmentBlock.Write(info.Environment), folder = info.WorkingDirectory is { Length: > 0 } given ? given : null)
        {
            lock (StartLock.Value)
            {
                // Inheritable for this moment only: a process that this program starts elsewhere would inherit them, too, and keep them open.
                var isCreated = TrySetInheritable(handles, Kernel32.HandleInherit)
                    && Kernel32.CreateProcess(0, line, 0, 0, inherit: true, flags, environment, folder, &startup, &created);
                var code = Marshal.GetLastPInvokeError();
                _ = TrySetInheritable(handles, 0); // they are closed soon
                if (!isCreated)
                {
                    throw new Win32Exception(code);
                }
            }
        }

        using var handle = new SafeProcessHandle(created.Process, ownsHandle: true);
        using var thread = new SafeFileHandle(created.Thread, ownsHandle: true);
        try
        {
            job?.Contain(handle);
            var process = Process.GetProcessById(created.ProcessId);
            _ = process.SafeHandle; // while the id is surely this process's
            if (job is not null && Kernel32.ResumeThread(thread) == uint.MaxValue)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            return process;
        }
        catch
        {
            Kernel32.TerminateProcess(handle, 1);
            throw;
        }
    }

    private static bool TrySetInheritable(nint[] handles, uint flags) =>
        Array.TrueForAll(handles, handle => Kernel32.SetHandleInformation(handle, Kernel32.HandleInherit, flags));
}
