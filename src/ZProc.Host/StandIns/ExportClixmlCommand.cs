namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Export-Clixml.</summary>
[Cmdlet(VerbsData.Export, "Clixml", DefaultParameterSetName = "ByPath", SupportsShouldProcess = true)]
public sealed class ExportClixmlCommand : StandIn
{
    private readonly List<PSObject?> _items = [];

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 2;

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextEncodingAttribute.Default;

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get => default; set => Refuse(); }

    protected override void ProcessRecord() => _items.Add(InputObject);

    protected override void EndProcessing()
    {
        string file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(LiteralPath ?? Path);
        if (ShouldProcess(file, "Export-Clixml"))
            Try(() => File.WriteAllText(file, PSSerializer.Serialize(_items.Count == 1 ? _items[0] : _items.ToArray(), Depth), Encoding), file);
    }
}
