namespace Microsoft.PowerShell.Commands;

/// <summary>What ConvertTo-Csv and Export-Csv share.</summary>
public abstract class WriteCsvCommand : StandIn
{
    private string[]? _names;

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = new();

    [Parameter]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; }

    [Parameter]
    [ValidateSet("Always", "AsNeeded", "Never")]
    [Alias("UQ")]
    public string UseQuotes { get; set; } = "Always";

    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    [Parameter]
    public SwitchParameter IncludeTypeInformation { get => default; set => Refuse(); }

    [Parameter]
    public string[]? QuoteFields { get => null; set => Refuse(); }

    private protected abstract void Put(string line);

    protected override void ProcessRecord()
    {
        if (_names is null)
        {
            _names = CsvText.Names(InputObject);
            if (!NoHeader)
                Put(CsvText.Line(_names, Delimiter, Quoted));
        }

        Put(CsvText.Line(_names.Select(name => CsvText.Text(InputObject, name)), Delimiter, Quoted));
    }

    private bool Quoted(string value) =>
        UseQuotes == "Always" || (UseQuotes == "AsNeeded" && value.AsSpan().IndexOfAny("\"\r\n" + Delimiter) >= 0);
}
