namespace Microsoft.PowerShell.Commands;

/// <summary>What Set-Location and Push-Location share.</summary>
public abstract class EnterLocationCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Where to go, as a pattern; null where no path was given.</summary>
    private protected string? Given => LiteralPath is not null ? WildcardPattern.Escape(LiteralPath) : Path;

    private protected void Enter(string path) => Try(() =>
    {
        PathInfo moved = SessionState.Path.SetLocation(path);
        if (PassThru)
            WriteObject(moved);
    }, path);
}
