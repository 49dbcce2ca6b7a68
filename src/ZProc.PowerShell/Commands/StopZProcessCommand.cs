using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>
/// <c>Stop-ZProcess</c>: asks scripts to stop, so that their <c>finally</c> blocks run, and kills processes that have not ended
/// after <c>-GraceSec</c>. A native program that a script waits for is asked to end (SIGTERM) and gets most of the grace. A runspace
/// cannot be killed: it is abandoned, and its last error says so.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = ProcessSet)]
public sealed class StopZProcessCommand : StoppingCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        var grace = Grace();
        StopAndWait(Processes.Where(process => !process.HasExited && ShouldProcess(process.Name, "Stop ZProc process")), grace);
    }
}
