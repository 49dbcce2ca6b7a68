using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Processes;
using ZProc.State;

namespace ZProc.Commands;

/// <summary>
/// <c>Sync-ZState</c>: waits until all writes that this session or process sent with <c>-NoWait</c> are committed. Each write that
/// failed is an error.
/// </summary>
[Cmdlet(VerbsData.Sync, "ZState")]
public sealed class SyncZStateCommand : ZStateCommand
{
    /// <summary>Seconds to wait. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <summary>Reports no failed writes yet: the end of the command reports all of them.</summary>
    protected override void Begin()
    {
    }

    /// <inheritdoc/>
    protected override void End()
    {
        var deadline = DeadlineOf(TimeoutSec);
        IEnumerable<FaultException> failures = [];
        Waits.UntilOver(token => failures = ResolvedContext.Unconfirmed.Wait(CurrentSource.Get(ResolvedContext), Namespace, deadline, token));

        foreach (var fault in failures)
        {
            WriteFault(fault);
        }
    }
}
