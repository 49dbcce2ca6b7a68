using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>
/// <c>Restart-ZProcess</c>: runs processes again, under their ids, and outputs them. A running process is stopped first, so that its
/// <c>finally</c> blocks run.
/// </summary>
[Cmdlet(VerbsLifecycle.Restart, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = ProcessSet)]
[OutputType(typeof(ZProcess))]
public sealed class RestartZProcessCommand : StoppingCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        var grace = Grace();
        foreach (var process in StopAndWait(Processes.Where(process => ShouldProcess(process.Name, "Restart ZProc process")), grace))
        {
            ForProcess(process, () => WriteObject(process.Restart(StopToken)));
        }
    }
}
