namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Copy-Item.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class CopyItemCommand : ChangeItemCommand
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Container { get; set; } = true;

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public string? Filter { get => null; set => Refuse(); }

    [Parameter]
    public string[]? Include { get => null; set => Refuse(); }

    [Parameter]
    public string[]? Exclude { get => null; set => Refuse(); }

    private protected override string Action => "Copy Item";

    private protected override string TargetOf(string path) => $"Item: {path} Destination: {Destination}";

    private protected override Collection<PSObject> ChangeItem(string path) => InvokeProvider.Item.Copy(
        [path], Destination, Recurse, Container ? CopyContainers.CopyTargetContainer : CopyContainers.CopyChildrenOfTargetContainer, Force, IsLiteral);
}
