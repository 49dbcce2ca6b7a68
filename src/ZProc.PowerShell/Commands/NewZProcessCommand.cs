using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary><c>New-ZProcess</c>: makes processes for <c>Start-ZProcess</c> to start later. Has the parameters of <c>Start-ZProcess</c>.</summary>
[Cmdlet(VerbsCommon.New, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = BlockSet)]
[OutputType(typeof(ZProcess))]
public sealed class NewZProcessCommand : ProcessStartCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        foreach (var start in Starts("New ZProc process"))
        {
            WriteObject(ResolvedContext.Processes.Create(start));
        }
    }
}
