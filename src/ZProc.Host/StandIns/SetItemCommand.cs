namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Set-Item.</summary>
[Cmdlet(VerbsCommon.Set, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class SetItemCommand : PathCommand
{
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            if (!ShouldProcess($"Item: {path} Value: {Value}", "Set Item"))
                continue;
            Try(() =>
            {
                Collection<PSObject> items = InvokeProvider.Item.Set([path], Value, Force, IsLiteral);
                if (PassThru)
                    WriteObject(items, enumerateCollection: true);
            }, path);
        }
    }
}
