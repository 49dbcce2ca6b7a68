namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertFrom-Csv.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Csv")]
public sealed class ConvertFromCsvCommand : StandIn
{
    private readonly StringBuilder _text = new();

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public string[]? Header { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string line in InputObject)
            _text.Append(line).Append('\n');
    }

    protected override void EndProcessing()
    {
        using var reader = new StringReader(_text.ToString());
        foreach (PSObject item in CsvText.Objects(reader, Delimiter, Header))
            WriteObject(item);
    }
}
