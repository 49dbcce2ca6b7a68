using System.Management.Automation;
using ZProc.Core;

namespace ZProc.PowerShell.Commands;

/// <summary>
/// <c>Stop-ZProcess</c>: asks scripts to stop, so that their <c>finally</c> blocks run, and kills what has not ended
/// after the grace. A runspace cannot be killed: it is abandoned, and says so.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = ProcessSet)]
public sealed class StopZProcessCommand : ProcessesCommand
{
    /// <summary>Seconds that a script may take to stop.</summary>
    [Parameter]
    public double GraceSec { get; set; } = ZProcess.DefaultGrace.TotalSeconds;

    /// <summary>Kills at once; a runspace, which cannot be killed, gets a moment to stop.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        if (GraceSec is not (>= 0 and <= int.MaxValue / 1000))
        {
            throw new FaultException(Fault.InvalidArgument, $"A grace of {GraceSec} seconds makes no sense. Give 0 or more.", GraceSec);
        }

        var grace = Force ? TimeSpan.Zero : TimeSpan.FromSeconds(GraceSec);
        var stopped = Processes.Where(process => !process.HasExited && ShouldProcess(process.Name, "Stop ZProc process")).ToArray();
        foreach (var process in stopped)
        {
            process.BeginStop(grace);
        }

        Task.WaitAll(stopped.Select(process => process.Ended).ToArray(), StopToken);
    }
}
