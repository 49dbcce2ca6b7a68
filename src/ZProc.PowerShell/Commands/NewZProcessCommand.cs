using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary><c>New-ZProcess</c>: makes processes that <c>Start-ZProcess</c> will start, with the same parameters.</summary>
[Cmdlet(VerbsCommon.New, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = BlockSet)]
[OutputType(typeof(ZProcess))]
public sealed class NewZProcessCommand : ProcessStartCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        foreach (var start in Starts("New ZProc process"))
        {
            WriteObject(TheContext.Processes.Create(start));
        }
    }
}
