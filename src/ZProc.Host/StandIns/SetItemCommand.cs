namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Set-Item.</summary>
[Cmdlet(VerbsCommon.Set, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class SetItemCommand : ChangeItemCommand
{
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    private protected override string Action => "Set Item";

    private protected override string TargetOf(string path) => $"Item: {path} Value: {Value}";

    private protected override Collection<PSObject> ChangeItem(string path) => InvokeProvider.Item.Set([path], Value, Force, IsLiteral);
}
