namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Set-Location.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path")]
public sealed class SetLocationCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? StackName { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        string path = LiteralPath is not null ? WildcardPattern.Escape(LiteralPath) : string.IsNullOrEmpty(Path) ? "~" : Path;
        Try(() =>
        {
            PathInfo moved = SessionState.Path.SetLocation(path);
            if (PassThru)
                WriteObject(moved);
        }, path);
    }
}
