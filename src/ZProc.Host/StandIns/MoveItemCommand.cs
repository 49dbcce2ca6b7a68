namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Move-Item.</summary>
[Cmdlet(VerbsCommon.Move, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class MoveItemCommand : ChangeItemCommand
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    private protected override string Action => "Move Item";

    private protected override string TargetOf(string path) => $"Item: {path} Destination: {Destination}";

    private protected override Collection<PSObject> ChangeItem(string path) => InvokeProvider.Item.Move([path], Destination, Force, IsLiteral);
}
