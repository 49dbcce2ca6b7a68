namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-PSCallStack.</summary>
[Cmdlet(VerbsCommon.Get, "PSCallStack")]
public sealed class GetPSCallStackCommand : StandIn
{
    protected override void ProcessRecord()
    {
        foreach (CallStackFrame frame in Runspace.DefaultRunspace.Debugger.GetCallStack())
            WriteObject(frame);
    }
}
