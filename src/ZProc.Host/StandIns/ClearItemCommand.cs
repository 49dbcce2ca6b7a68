namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Clear-Item.</summary>
[Cmdlet(VerbsCommon.Clear, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class ClearItemCommand : ChangePathCommand
{
    private protected override string Action => "Clear Item";

    private protected override void Change(string path) => InvokeProvider.Item.Clear([path], Force, IsLiteral);
}
