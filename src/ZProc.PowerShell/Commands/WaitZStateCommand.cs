using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Processes;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Commands;

/// <summary>
/// <c>Wait-ZState</c>: waits until an update matches. Outputs the value of one key; an ordered dictionary of several keys; and without
/// a key, or with <c>-When</c>, the whole namespace.
/// </summary>
[Cmdlet(VerbsLifecycle.Wait, "ZState", DefaultParameterSetName = ChangeSet)]
public sealed class WaitZStateCommand : WatchingCommand
{
    private Deadline? _deadline; // one for all watchers that are piped

    /// <summary>Seconds to wait, in all. At the deadline: the error <c>ZProc.Timeout</c>. Default: without end.</summary>
    [Parameter]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <summary>Outputs the update instead of values.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>A registered watcher without an action: waits for its next update.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Watcher")]
    public ZStateWatcher? Watcher { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var deadline = _deadline ??= DeadlineOf(TimeoutSec);
        if (Watcher is not null)
        {
            Pull(Watcher, deadline);
            return;
        }

        CheckEnds(TimeoutSec, ResolvedContext, ResolvedNamespace);
        using var session = WatchSession.Open(ResolvedContext, Spec(), CurrentSource.Get(ResolvedContext), When, Transfer, StopToken);
        Output(session, deadline);
    }

    private void Pull(ZStateWatcher watcher, Deadline deadline)
    {
        if (WatchParameters.FirstOrDefault(IsGiven) is { } name)
        {
            throw new FaultException(Fault.InvalidArgument, $"-{name} cannot be used with -Watcher, which has the conditions of its registration. Leave one of them out.", name);
        }

        if (watcher.Session is not { } session)
        {
            Refuse(watcher.ActionGetsUpdates());
            return;
        }

        try
        {
            // A wait without end looks first: in an atomic block it can only have what is there.
            if (TimeoutSec is null && session.TryRead(out var update))
            {
                WriteObject(Detailed ? update : session.ResultOf(update));
                return;
            }

            CheckEnds(TimeoutSec, watcher.Context, watcher.Namespace);
            Output(session, deadline);
        }
        catch (FaultException fault) when (fault.Fault == Fault.ContextStopped && watcher.IsUnregistered)
        {
            Refuse(new FaultException(
                Fault.InvalidArgument, $"The watcher '{watcher.Name}' was unregistered, and sees no more updates. Register another with Register-ZStateWatcher.", watcher.Name, fault));
        }
    }

    private void Output(WatchSession session, Deadline deadline)
    {
        if (Read(session, deadline, new LateTime(deadline)) is not { } update)
        {
            WriteFault(new FaultException(
                Fault.Timeout, $"No update of the namespace '{session.Spec.Namespace}' matched within {TimeoutSec} seconds.", session.Spec.Namespace));
            return;
        }

        WriteObject(Detailed ? update : session.ResultOf(update));
    }
}
