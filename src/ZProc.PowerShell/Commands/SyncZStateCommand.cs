using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Processes;
using ZProc.State;

namespace ZProc.Commands;

/// <summary>
/// <c>Sync-ZState</c>: waits until everything that this session or process sent with <c>-NoWait</c> is committed. What was
/// not made is an error each.
/// </summary>
[Cmdlet(VerbsData.Sync, "ZState")]
public sealed class SyncZStateCommand : ZStateCommand
{
    /// <summary>Seconds to wait. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <summary>Nothing is told in advance: what there is to tell is told once it is all known.</summary>
    protected override void BeginProcessing()
    {
    }

    /// <inheritdoc/>
    protected override void End()
    {
        var deadline = DeadlineOf(TimeoutSec);
        foreach (var fault in TheContext.Unconfirmed.Wait(CurrentSource.Get(TheContext), Namespace, deadline, StopToken))
        {
            WriteFault(fault);
        }
    }
}
