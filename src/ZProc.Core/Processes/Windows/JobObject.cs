using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes.Windows;

/// <summary>
/// A job of Windows: a process and all that it starts. The system kills the job when its last handle closes. This process has
/// one handle, and the job's first process has another, which it does not know: so a worker whose session has died
/// still ends its script, and its own end kills the rest.
/// </summary>
internal sealed unsafe class JobObject : IDisposable
{
    private const int ExtendedLimitInformation = 9;
    private const int ProcessIdList = 3;
    private const int IdListHeader = 2 * sizeof(uint); // how many there are, and how many are in the list
    private const uint KilledCode = 1;

    private readonly SafeFileHandle _job;

    private JobObject(SafeFileHandle job) => _job = job;

    /// <summary>Makes an empty job.</summary>
    /// <exception cref="Win32Exception">The system refuses one.</exception>
    public static JobObject Create()
    {
        var job = new JobObject(Kernel32.CreateJobObject(0, 0));
        var limits = new JobLimits { LimitFlags = JobLimits.KillOnClose | JobLimits.BreakawayOk };
        if (job._job.IsInvalid || !Kernel32.SetInformationJobObject(job._job, ExtendedLimitInformation, &limits, sizeof(JobLimits)))
        {
            var error = new Win32Exception(Marshal.GetLastPInvokeError());
            job.Dispose();
            throw error;
        }

        return job;
    }

    /// <summary>Puts the first process into the job. It must not run yet.</summary>
    /// <exception cref="Win32Exception">The system refuses it.</exception>
    public void Contain(SafeHandle process)
    {
        if (!Kernel32.AssignProcessToJobObject(_job, process) || !Kernel32.Give(_job, process))
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Kills every process of the job, and waits for their ends.</summary>
    /// <param name="bound">When to give up.</param>
    /// <returns>Whether nothing is left.</returns>
    /// <exception cref="Win32Exception">The system refuses the kill.</exception>
    public bool Kill(TimeSpan bound)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            // The processes are opened before the kill: a handle tells when its process has ended.
            var ids = ProcessIds();
            var processes = ids.Select(id => Kernel32.OpenProcess(Kernel32.Synchronize, inherit: false, id)).ToArray();
            try
            {
                if (!Kernel32.TerminateJobObject(_job, KilledCode))
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                if (ids.Count == 0)
                {
                    return true;
                }

                foreach (var (id, process) in ids.Zip(processes))
                {
                    ZProcEventSource.Log.OsProcessKilled(id);
                    if (!process.IsInvalid)
                    {
                        Kernel32.Wait(process, bound - Stopwatch.GetElapsedTime(start));
                    }
                }
            }
            finally
            {
                Array.ForEach(processes, static process => process.Dispose());
            }

            if (Stopwatch.GetElapsedTime(start) > bound)
            {
                return ProcessIds().Count == 0;
            }

            Thread.Yield(); // a process that may not be opened cannot be waited for
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _job.Dispose();

    private List<int> ProcessIds()
    {
        for (var room = 64; ; room *= 2)
        {
            var list = new byte[IdListHeader + (room * sizeof(nuint))];
            fixed (byte* start = list)
            {
                if (Kernel32.QueryInformationJobObject(_job, ProcessIdList, start, list.Length, null))
                {
                    var ids = new ReadOnlySpan<nuint>(start + IdListHeader, (int)((uint*)start)[1]);
                    var result = new List<int>(ids.Length);
                    foreach (var id in ids)
                    {
                        result.Add((int)id);
                    }

                    return result;
                }
            }

            if (Marshal.GetLastPInvokeError() != Kernel32.MoreData)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
    }
}
