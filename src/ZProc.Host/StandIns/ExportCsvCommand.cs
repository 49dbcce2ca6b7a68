namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Export-Csv.</summary>
[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true)]
public sealed class ExportCsvCommand : WriteCsvCommand, IDisposable
{
    private StreamWriter? _writer;

    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "PSPath", "LP")]
    public string Path { get; set; } = string.Empty;

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextEncodingAttribute.Default;

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter Append { get => default; set => Refuse(); }

    public void Dispose() => _writer?.Dispose();

    protected override void Begin()
    {
        string file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        if (ShouldProcess(file, "Export-Csv"))
            Try(() => _writer = new StreamWriter(file, append: false, Encoding), file);
    }

    protected override void EndProcessing() => _writer?.Dispose();

    private protected override void Put(string line) => _writer?.WriteLine(line);
}
