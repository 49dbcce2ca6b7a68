namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Rename-Item.</summary>
[Cmdlet(VerbsCommon.Rename, "Item", SupportsShouldProcess = true)]
public sealed class RenameItemCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "LiteralPath")]
    public string Path { get; set; } = string.Empty;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string NewName { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"Item: {Path} Destination: {NewName}", "Rename Item"))
            return;
        Try(() =>
        {
            Collection<PSObject> renamed = InvokeProvider.Item.Rename(Path, NewName, Force);
            if (PassThru)
                WriteObject(renamed, enumerateCollection: true);
        }, Path);
    }
}
