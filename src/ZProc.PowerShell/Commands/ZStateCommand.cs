using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.State;

namespace ZProc.Commands;

/// <summary>A command that works on one namespace.</summary>
public abstract class ZStateCommand : ZProcContextCommand
{
    /// <summary>The namespace. Default: the context's current one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>The namespace this call works on.</summary>
    internal string TheNamespace
    {
        get
        {
            var ns = Namespace ?? ContextTable.NamespaceOf(TheContext);
            KeyName.Check(ns, "namespace");
            return ns;
        }
    }

    /// <summary>The state this call works on: the namespace, or the working copy inside an atomic block.</summary>
    internal StateAccess TheState => StateAccess.Of(TheContext, TheNamespace, CurrentSource.Get(TheContext), cancellation: StopToken);

    /// <summary>
    /// Tells what became of earlier writes that were not waited for: not where errors go unseen, nor inside an atomic
    /// block, which an error of something earlier must not undo.
    /// </summary>
    protected override void BeginProcessing()
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

    /// <summary>Makes one update of changes, or sends them off.</summary>
    /// <returns>What came of it; null when nobody waited.</returns>
    internal CommitResult? Write(IReadOnlyList<Change> changes, bool noWait, bool force = false)
    {
        if (!noWait)
        {
            return TheState.Commit(changes, force);
        }

        TheState.Send(changes, force);
        return null;
    }

    /// <summary>Runs the work on one key; what is wrong with it is an error of that key alone.</summary>
    internal void ForKey(string key, Action work)
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
}
