namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Resolve-Path.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Path", DefaultParameterSetName = "Path")]
public sealed class ResolvePathCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Relative { get; set; }

    [Parameter]
    public string? RelativeBasePath { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            Try(() =>
            {
                if (IsLiteral)
                    RequireItem(path);
                foreach (PathInfo found in SessionState.Path.GetResolvedPSPathFromPSPath(IsLiteral ? WildcardPattern.Escape(path) : path))
                {
                    if (!Relative)
                    {
                        WriteObject(found);
                        continue;
                    }

                    string relative = System.IO.Path.GetRelativePath(SessionState.Path.CurrentLocation.ProviderPath, found.ProviderPath);
                    WriteObject(relative.StartsWith('.') ? relative : System.IO.Path.Combine(".", relative));
                }
            }, path);
        }
    }
}
