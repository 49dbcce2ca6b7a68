namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertFrom-CliXml.</summary>
[Cmdlet(VerbsData.ConvertFrom, "CliXml")]
public sealed class ConvertFromClixmlCommand : StandIn
{
    private readonly StringBuilder _text = new();

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string InputObject { get; set; } = string.Empty;

    protected override void ProcessRecord() => _text.Append(InputObject);

    protected override void EndProcessing() => WriteObject(PSSerializer.Deserialize(_text.ToString()), enumerateCollection: true);
}
