using System.Management.Automation;

namespace ZProc.PowerShell.Commands;

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
        var chosen = Processes.Where(process => ShouldProcess(process.Name, "Restart ZProc process")).ToArray();
        StopAndWait(chosen, grace);
        foreach (var process in chosen)
        {
            var renewed = process.Renew();
            renewed.StartJob();
            WriteObject(renewed);
        }
    }
}
