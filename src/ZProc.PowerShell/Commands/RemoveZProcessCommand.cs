using System.Management.Automation;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary><c>Remove-ZProcess</c>: removes processes that have ended, with their output and their records.</summary>
[Cmdlet(VerbsCommon.Remove, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = ProcessSet)]
public sealed class RemoveZProcessCommand : ProcessesCommand
{
    /// <summary>Stops processes that still run.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var removed = Processes.Where(IsRemovable).Where(process => ForProcess(process, () => process.BeginStop(ZProcess.DefaultGrace, StopToken))).ToArray();
        WaitForEnds(removed, Deadline.Never);
        foreach (var process in removed)
        {
            ForProcess(process, () => process.Remove(StopToken));
        }
    }

    private bool IsRemovable(ZProcess process)
    {
        if (process.ProcessState == ZProcessState.Running && !Force)
        {
            WriteFault(ProcessFaults.StillRuns(process.Name), process);
            return false;
        }

        return ShouldProcess(process.Name, "Remove ZProc process");
    }
}
