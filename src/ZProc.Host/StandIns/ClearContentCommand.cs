namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Clear-Content.</summary>
[Cmdlet(VerbsCommon.Clear, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class ClearContentCommand : ChangePathCommand
{
    private protected override string Action => "Clear Content";

    private protected override void Change(string path) => InvokeProvider.Content.Clear([path], Force, IsLiteral);
}
