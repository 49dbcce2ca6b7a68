using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Processes;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>
/// <c>Watch-ZState</c>: outputs every update that matches, as it comes, from the start of the command until <c>-Count</c> of them,
/// the deadline, or the end of the pipeline.
/// </summary>
[Cmdlet(VerbsCommon.Watch, "ZState", DefaultParameterSetName = ChangeSet)]
[OutputType(typeof(ZStateUpdate))]
public sealed class WatchZStateCommand : WatchingCommand
{
    /// <summary>Ends after this many updates.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <summary>Seconds to watch, in all. At the deadline: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var deadline = DeadlineOf(TimeoutSec);
        CheckEnds(TimeoutSec, ResolvedContext, ResolvedNamespace);
        using var session = WatchSession.Open(ResolvedContext, Spec(), CurrentSource.Get(ResolvedContext), When, Transfer, StopToken);
        var late = new LateTime(deadline);
        for (var seen = 0; seen != Count; seen++)
        {
            if (Read(session, deadline, late) is not { } update)
            {
                WriteFault(new FaultException(
                    Fault.Timeout,
                    Count is null
                        ? $"The {TimeoutSec} seconds of -TimeoutSec are over, after {seen:N0} updates of the namespace '{session.Spec.Namespace}'."
                        : $"Only {seen:N0} of {Count:N0} updates of the namespace '{session.Spec.Namespace}' matched within {TimeoutSec} seconds.",
                    session.Spec.Namespace));
                return;
            }

            WriteObject(update);
        }
    }
}
