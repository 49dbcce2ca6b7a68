using System.Management.Automation;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>A command that stops processes: their scripts are asked to, and what has not ended after the grace is killed.</summary>
public abstract class StoppingCommand : ProcessesCommand
{
    /// <summary>Seconds that a script may take to stop.</summary>
    [Parameter]
    public double GraceSec { get; set; } = ZProcess.DefaultGrace.TotalSeconds;

    /// <summary>Kills at once; a runspace, which cannot be killed, gets a moment to stop.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The time that a script may take.</summary>
    /// <exception cref="FaultException">InvalidArgument.</exception>
    private protected TimeSpan Grace()
    {
        if (GraceSec is not (>= 0 and <= int.MaxValue / 1000))
        {
            throw new FaultException(Fault.InvalidArgument, $"A grace of {GraceSec} seconds makes no sense. Give 0 or more.", GraceSec);
        }

        return Force ? TimeSpan.Zero : TimeSpan.FromSeconds(GraceSec);
    }

    /// <summary>Stops processes and returns when all have ended that could be asked to.</summary>
    /// <returns>Those.</returns>
    private protected IReadOnlyList<ZProcess> StopAndWait(IEnumerable<ZProcess> processes, TimeSpan grace)
    {
        var stopped = processes.Where(process => ForProcess(process, () => process.BeginStop(grace, StopToken))).ToArray();
        Task.WaitAll(stopped.Select(process => process.Ended).ToArray(), StopToken);
        return stopped;
    }
}
