namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Split-Path.</summary>
[Cmdlet(VerbsCommon.Split, "Path", DefaultParameterSetName = "ParentSet")]
public sealed class SplitPathCommand : StandIn
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[]? Path { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter(ParameterSetName = "ParentSet")]
    public SwitchParameter Parent { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LeafSet")]
    public SwitchParameter Leaf { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LeafBaseSet")]
    public SwitchParameter LeafBase { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ExtensionSet")]
    public SwitchParameter Extension { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "QualifierSet")]
    public SwitchParameter Qualifier { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "NoQualifierSet")]
    public SwitchParameter NoQualifier { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "IsAbsoluteSet")]
    public SwitchParameter IsAbsolute { get; set; }

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string given in LiteralPath ?? Path ?? [])
        {
            Try(() =>
            {
                IEnumerable<string> paths = Resolve ? SessionState.Path.GetResolvedPSPathFromPSPath(given).Select(found => found.Path) : [given];
                foreach (string path in paths)
                    WriteObject(Part(path));
            }, given);
        }
    }

    private object? Part(string path)
    {
        if (Leaf)
            return SessionState.Path.ParseChildName(path);
        if (LeafBase)
            return System.IO.Path.GetFileNameWithoutExtension(SessionState.Path.ParseChildName(path));
        if (Extension)
            return System.IO.Path.GetExtension(SessionState.Path.ParseChildName(path));
        if (IsAbsolute)
            return SessionState.Path.IsPSAbsolute(path, out _);
        int colon = path.IndexOf(':', StringComparison.Ordinal);
        if (Qualifier)
            return colon > 0 ? path[..(colon + 1)] : throw new FormatException($"The path '{path}' has no qualifier.");
        return NoQualifier ? path[(colon + 1)..] : SessionState.Path.ParseParent(path, string.Empty);
    }
}
