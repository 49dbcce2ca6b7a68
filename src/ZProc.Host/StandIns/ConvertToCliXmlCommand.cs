namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertTo-CliXml.</summary>
[Cmdlet(VerbsData.ConvertTo, "CliXml")]
public sealed class ConvertToClixmlCommand : StandIn
{
    private readonly List<PSObject?> _items = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 2;

    protected override void ProcessRecord() => _items.Add(InputObject);

    protected override void EndProcessing() => WriteObject(PSSerializer.Serialize(_items.Count == 1 ? _items[0] : _items.ToArray(), Depth));
}
