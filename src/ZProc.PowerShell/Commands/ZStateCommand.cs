using System.Management.Automation;
using ZProc.Core.State;

namespace ZProc.PowerShell.Commands;

/// <summary>A command that works on one namespace.</summary>
public abstract class ZStateCommand : ZProcContextCommand
{
    /// <summary>The namespace. Default: the context's current one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
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
