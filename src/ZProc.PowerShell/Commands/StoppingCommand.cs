using System.Management.Automation;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>A command that stops processes: it asks their scripts to stop, and kills processes that have not ended after <c>-GraceSec</c>.</summary>
public abstract class StoppingCommand : ProcessesCommand
{
    /// <summary>Seconds that a script, and the native program that it waits for, may take to stop.</summary>
    [Parameter]
    public double GraceSec { get; set; } = ZProcess.DefaultGrace.TotalSeconds;

    /// <summary>Kills at once. A runspace, which cannot be killed, gets a moment to stop.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The time that a script may take to stop.</summary>
    /// <exception cref="FaultException">InvalidArgument.</exception>
    private protected TimeSpan Grace()
    {
        if (GraceSec is not (>= 0 and <= int.MaxValue / 1000))
        {
            throw new FaultException(Fault.InvalidArgument, $"-GraceSec: {GraceSec} seconds is out of range. Give 0 or more.", GraceSec);
        }

        return Force ? TimeSpan.Zero : TimeSpan.FromSeconds(GraceSec);
    }

    /// <summary>Stops processes, and returns when they have ended. A process that cannot be stopped is an error, and is not waited for.</summary>
    /// <returns>The processes that were stopped.</returns>
    private protected IReadOnlyList<ZProcess> StopAndWait(IEnumerable<ZProcess> processes, TimeSpan grace)
    {
        var stopped = processes.Where(process => ForProcess(process, () => process.BeginStop(grace, StopToken))).ToArray();
        WaitForEnds(stopped, Deadline.Never);
        return stopped;
    }
}
