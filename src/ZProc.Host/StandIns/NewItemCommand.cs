namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for New-Item.</summary>
[Cmdlet(VerbsCommon.New, "Item", DefaultParameterSetName = "PathSet", SupportsShouldProcess = true)]
public sealed class NewItemCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "PathSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = "NameSet", ValueFromPipelineByPropertyName = true)]
    public string[]? Path { get; set; }

    [Parameter(ParameterSetName = "NameSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Type")]
    public string? ItemType { get; set; }

    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Path ?? ["."])
        {
            string shown = Name is null ? path : SessionState.Path.Combine(path, Name);
            if (!ShouldProcess($"Destination: {shown}", "Create Item"))
                continue;
            Try(() =>
            {
                // The engine's own method reports an existing item as an error; -Force makes it go on.
                foreach (PSObject item in InvokeProvider.Item.New([path], Name, ItemType, Bare(Value), Force))
                    WriteObject(item);
            }, shown);
        }
    }
}
