namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Move-Item.</summary>
[Cmdlet(VerbsCommon.Move, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class MoveItemCommand : PathCommand
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            if (!ShouldProcess($"Item: {path} Destination: {Destination}", "Move Item"))
                continue;
            Try(() =>
            {
                Collection<PSObject> moved = InvokeProvider.Item.Move([path], Destination, Force, IsLiteral);
                if (PassThru)
                    WriteObject(moved, enumerateCollection: true);
            }, path);
        }
    }
}
