using System.Management.Automation;
using ZProc.Errors;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>
/// <c>Restart-ZProcess</c>: runs processes again, under their ids, and outputs them. A running process is stopped first, so that its
/// <c>finally</c> blocks run. One whose script does not stop is an error, and is not run again: there would be two of it.
/// </summary>
[Cmdlet(VerbsLifecycle.Restart, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = ProcessSet)]
[OutputType(typeof(ZProcess))]
public sealed class RestartZProcessCommand : StoppingCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        var grace = Grace();
        var running = new HashSet<ZProcess>();
        foreach (var process in StopAndWait(Processes.Where(process => ShouldProcess(process.Name, "Restart ZProc process")).Select(Noted), grace))
        {
            ForProcess(process, () => WriteObject(
                running.Contains(process) && process.WasAbandoned ? throw ProcessFaults.NotStopped(process.Name) : process.Restart(StopToken)));
        }

        ZProcess Noted(ZProcess process)
        {
            if (!process.HasExited)
            {
                running.Add(process);
            }

            return process;
        }
    }
}
