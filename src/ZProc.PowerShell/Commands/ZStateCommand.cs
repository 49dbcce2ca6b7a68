using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.Progress;
using ZProc.State;

namespace ZProc.Commands;

/// <summary>A command that works on one namespace.</summary>
public abstract class ZStateCommand : ZProcContextCommand
{
    /// <summary>The namespace. Default: the current namespace of the context.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>The namespace that this call works on.</summary>
    internal string ResolvedNamespace
    {
        get
        {
            var ns = Namespace ?? ContextTable.NamespaceOf(ResolvedContext);
            KeyName.Check(ns, "namespace");
            return ns;
        }
    }

    /// <summary>The state that this call works on: the namespace, or the working copy inside an atomic block.</summary>
    internal StateAccess ResolvedState => StateAccess.Of(ResolvedContext, ResolvedNamespace, CurrentSource.Get(ResolvedContext), cancellation: StopToken);

    /// <summary>Shows how much of the namespace has arrived, where it is large and another process has it.</summary>
    private protected ITransferObserver Transfer => new TransferProgress(this, ResolvedNamespace);

    /// <summary>
    /// Reports earlier writes with <c>-NoWait</c> that failed. Commands whose errors are not shown leave the report to a later command,
    /// and so do commands in an atomic block, which an error would undo.
    /// </summary>
    protected override void Begin()
    {
        if ((Context ?? ContextTable.Find()) is { Unconfirmed.AnyFailed: true } context && AtomicState.Current is null && ErrorsAreSeen())
        {
            foreach (var fault in context.Unconfirmed.TakeFailures(CurrentSource.Get(context)))
            {
                WriteFault(fault);
            }
        }
    }

    private bool ErrorsAreSeen()
    {
        var preference = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var given) ? given : GetVariableValue("ErrorActionPreference");
        return !LanguagePrimitives.TryConvertTo<ActionPreference>(preference, out var action)
            || action is not (ActionPreference.Ignore or ActionPreference.SilentlyContinue);
    }

    /// <summary>Commits changes as one update, or sends them without waiting.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="noWait">Whether to send them only.</param>
    /// <param name="seconds">The seconds to wait for an atomic block of another client; null for no limit.</param>
    /// <param name="force">Whether to make an update that changes nothing.</param>
    /// <returns>The result; null when the command does not wait.</returns>
    internal CommitResult? Write(IReadOnlyList<Change> changes, bool noWait, double? seconds, bool force = false)
    {
        if (!noWait)
        {
            return ResolvedState.Commit(changes, force, DeadlineOf(seconds));
        }

        if (seconds is not null)
        {
            throw new Core.FaultException(Core.Fault.InvalidArgument, "-TimeoutSec limits a wait, and -NoWait does not wait. Use one of them.");
        }

        ResolvedState.Send(changes, force);
        return null;
    }

    /// <summary>Does some work on one key. A failure is an error of that key alone.</summary>
    /// <param name="key">The key; null where the fault names it.</param>
    /// <param name="work">The work.</param>
    internal void ForKey(string? key, Action work)
    {
        try
        {
            work();
        }
        catch (Core.FaultException fault) when (fault.Fault is Core.Fault.KeyNotFound or Core.Fault.InvalidKey or Core.Fault.Conflict
            or Core.Fault.ValueNotSupported or Core.Fault.ValueTooLarge or Core.Fault.InvalidArgument)
        {
            WriteFault(fault, key);
        }
    }

    /// <summary>Does the work of one pipeline object. A failure is an error of that object alone; without a pipeline it ends the command.</summary>
    /// <param name="key">The key; null where the fault names it.</param>
    /// <param name="work">The work.</param>
    private protected void ForInput(string? key, Action work)
    {
        if (MyInvocation.ExpectingInput)
        {
            ForKey(key, work);
        }
        else
        {
            work();
        }
    }
}
