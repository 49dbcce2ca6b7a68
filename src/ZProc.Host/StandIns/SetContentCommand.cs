namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Set-Content.</summary>
[Cmdlet(VerbsCommon.Set, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class SetContentCommand : WriteContentCommand
{
    private protected override bool Appends => false;
}
