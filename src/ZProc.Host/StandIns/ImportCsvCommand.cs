namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Import-Csv.</summary>
[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
public sealed class ImportCsvCommand : PathCommand
{
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public string[]? Header { get; set; }

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextEncodingAttribute.Default;

    protected override void ProcessRecord()
    {
        foreach (string file in Paths.SelectMany(path => Resolve(path, out _)))
        {
            Try(() =>
            {
                using var reader = new StreamReader(file, Encoding);
                foreach (PSObject item in CsvText.Objects(reader, Delimiter, Header))
                    WriteObject(item);
            }, file);
        }
    }
}
