using System.Management.Automation;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary><c>Wait-ZProcess</c>: waits until processes have ended, and outputs them.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ZProcess", DefaultParameterSetName = ProcessSet)]
[OutputType(typeof(ZProcess))]
public sealed class WaitZProcessCommand : ProcessesCommand
{
    /// <summary>Waits until the first process has ended, not all of them.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    /// <summary>Seconds to wait, in all. At the deadline: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var deadline = DeadlineOf(TimeoutSec);
        var inTime = WaitForEnds(Processes, deadline, Any);
        foreach (var process in Processes.Where(process => process.HasExited))
        {
            WriteObject(process);
            if (Any)
            {
                break;
            }
        }

        if (!inTime)
        {
            ZProcess[] late = [.. Processes.Where(process => !process.HasExited)];
            var names = string.Join(", ", late.Select(process => process.Name));
            WriteFault(new FaultException(Fault.Timeout, $"Still running after {TimeoutSec} seconds: {names}. Wait longer, or stop them with Stop-ZProcess."), late);
        }
    }
}
