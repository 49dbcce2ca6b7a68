using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>
/// <c>Restart-ZProcess</c>: runs processes anew, on their records, and outputs what they are now. Those that run are stopped
/// first, so that their <c>finally</c> blocks run.
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
