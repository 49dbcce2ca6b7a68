using ZProc.Contexts;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Dashboard;

/// <summary>Carries out what a viewer asks of a process. Thread-safe.</summary>
internal sealed class DashboardControl
{
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(15);

    private readonly ZProcContext _context;
    private readonly bool _isAllowed;
    private readonly CancellationToken _cancellation;

    /// <param name="context">The context.</param>
    /// <param name="isAllowed">Whether a viewer may stop, kill and restart processes.</param>
    /// <param name="cancellation">Ends waits.</param>
    public DashboardControl(ZProcContext context, bool isAllowed, CancellationToken cancellation)
    {
        _context = context;
        _isAllowed = isAllowed;
        _cancellation = cancellation;
    }

    /// <summary>Asks a script to stop, and returns at once.</summary>
    /// <exception cref="FaultException">NotPermitted; InvalidArgument: there is no such process; ProcessFailed: its session does not answer.</exception>
    public void Stop(Guid id) => FindToControl(id).BeginStop(ZProcess.DefaultGrace, _cancellation);

    /// <summary>Kills an OS process, or stops a runspace.</summary>
    /// <exception cref="FaultException">As <see cref="Stop"/>.</exception>
    public void Kill(Guid id) => FindToControl(id).BeginStop(TimeSpan.Zero, _cancellation);

    /// <summary>Runs a process again, after its end.</summary>
    /// <exception cref="FaultException">As <see cref="Stop"/>; Timeout: the process does not end; ProcessFailed: its script does not stop.</exception>
    public void Restart(Guid id)
    {
        var process = FindToControl(id);
        if (!process.HasExited)
        {
            process.BeginStop(ZProcess.DefaultGrace, _cancellation);
            if (!process.Ended.Wait(EndBound, _cancellation))
            {
                throw new FaultException(Fault.Timeout, $"The process '{process.Name}' has not ended. Kill it, then run it again.", process.Name);
            }

            if (process.WasAbandoned)
            {
                throw ProcessFaults.NotStopped(process.Name);
            }
        }

        process.Restart(_cancellation);
    }

    /// <summary>Finds a process of any session.</summary>
    /// <exception cref="FaultException">InvalidArgument: there is no such process.</exception>
    public ZProcess Find(Guid id) => FindOwn(id) ?? _context.RemoteProcesses.Find(id, _cancellation) ?? throw new FaultException(
        Fault.InvalidArgument, "There is no such process. It may have been removed.", id);

    /// <summary>Finds a process of this session; null when there is none.</summary>
    public ZProcess? FindOwn(Guid id) => _context.Processes.All.LastOrDefault(process => process.RecordId == id);

    private ZProcess FindToControl(Guid id) => _isAllowed
        ? Find(id)
        : throw new FaultException(Fault.NotPermitted, "This dashboard only shows. Open one with Show-ZProcDashboard -AllowControl to control processes.");
}
