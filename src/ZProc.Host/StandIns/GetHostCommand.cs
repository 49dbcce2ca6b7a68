namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Host.</summary>
[Cmdlet(VerbsCommon.Get, "Host")]
public sealed class GetHostCommand : StandIn
{
    protected override void ProcessRecord() => WriteObject(Host);
}
