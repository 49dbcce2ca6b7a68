namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Add-Content.</summary>
[Cmdlet(VerbsCommon.Add, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class AddContentCommand : WriteContentCommand
{
    private protected override bool Appends => true;
}
