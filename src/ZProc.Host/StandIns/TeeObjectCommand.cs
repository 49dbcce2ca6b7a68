namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Tee-Object, into a variable or a text file.</summary>
[Cmdlet("Tee", "Object", DefaultParameterSetName = "File")]
public sealed class TeeObjectCommand : StandIn
{
    private readonly List<object?> _items = [];
    private SteppablePipeline? _file;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File")]
    [Alias("Path")]
    public string? FilePath { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralFile")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Variable")]
    public string? Variable { get; set; }

    protected override void Begin()
    {
        if (Variable is not null)
            return;
        _file = ScriptBlock.Create("param($path, $append) Out-File -LiteralPath $path -Append:$append")
            .GetSteppablePipeline(CommandOrigin.Internal, [GetUnresolvedProviderPathFromPSPath(FilePath ?? LiteralPath), (bool)Append]);
        _file.Begin(expectInput: true);
    }

    protected override void ProcessRecord()
    {
        _items.Add(InputObject);
        _file?.Process(InputObject);
        WriteObject(InputObject);
    }

    protected override void EndProcessing()
    {
        _file?.End();
        if (Variable is not null)
            SessionState.PSVariable.Set(Variable, _items.Count == 1 ? _items[0] : _items.ToArray());
    }
}
