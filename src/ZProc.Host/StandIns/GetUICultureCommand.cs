namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-UICulture.</summary>
[Cmdlet(VerbsCommon.Get, "UICulture")]
public sealed class GetUICultureCommand : StandIn
{
    protected override void ProcessRecord() => WriteObject(Host.CurrentUICulture);
}
