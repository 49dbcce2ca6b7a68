namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Join-Path.</summary>
[Cmdlet(VerbsCommon.Join, "Path")]
public sealed class JoinPathCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[] ChildPath { get; set; } = [];

    [Parameter(Position = 2, ValueFromRemainingArguments = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[] AdditionalChildPath { get; set; } = [];

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            Try(() =>
            {
                string joined = (ChildPath ?? []).Concat(AdditionalChildPath ?? []).Aggregate(path, SessionState.Path.Combine);
                if (!Resolve)
                {
                    WriteObject(joined);
                    return;
                }

                foreach (PathInfo found in SessionState.Path.GetResolvedPSPathFromPSPath(joined))
                    WriteObject(found.Path);
            }, path);
        }
    }
}
