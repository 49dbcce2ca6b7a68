namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Push-Location.</summary>
[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = "Path")]
public sealed class PushLocationCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? StackName { get; set; }

    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation(StackName);
        string? path = LiteralPath is not null ? WildcardPattern.Escape(LiteralPath) : Path;
        if (path is null)
            return;
        Try(() =>
        {
            PathInfo moved = SessionState.Path.SetLocation(path);
            if (PassThru)
                WriteObject(moved);
        }, path);
    }
}
