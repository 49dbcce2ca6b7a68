namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Copy-Item.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class CopyItemCommand : PathCommand
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
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? Filter { get => null; set => Refuse(); }

    [Parameter]
    public string[]? Include { get => null; set => Refuse(); }

    [Parameter]
    public string[]? Exclude { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            if (!ShouldProcess($"Item: {path} Destination: {Destination}", "Copy Item"))
                continue;
            Try(() =>
            {
                Collection<PSObject> made = InvokeProvider.Item.Copy(
                    [path], Destination, Recurse, Container ? CopyContainers.CopyTargetContainer : CopyContainers.CopyChildrenOfTargetContainer, Force, IsLiteral);
                if (PassThru)
                    WriteObject(made, enumerateCollection: true);
            }, path);
        }
    }
}
