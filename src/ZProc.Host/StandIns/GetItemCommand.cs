namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Item.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : PathCommand
{
    [Parameter]
    public string? Filter { get; set; }

    [Parameter]
    public string[]? Include { get; set; }

    [Parameter]
    public string[]? Exclude { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public string[]? Stream { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            Try(() =>
            {
                foreach (PSObject item in InvokeProvider.Item.Get([path], Force, IsLiteral))
                {
                    if (Passes(LeafOf(item), Filter, Include, Exclude))
                        WriteObject(item);
                }
            }, path);
        }
    }
}
