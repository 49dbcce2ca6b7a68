namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Test-Path.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
public sealed class TestPathCommand : PathCommand
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public override string[]? Path { get; set; }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyString]
    public override string[]? LiteralPath { get; set; }

    [Parameter]
    [Alias("Type")]
    public TestPathType PathType { get; set; }

    [Parameter]
    public SwitchParameter IsValid { get; set; }

    [Parameter]
    public DateTime? OlderThan { get => null; set => Refuse(); }

    [Parameter]
    public DateTime? NewerThan { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string? path in LiteralPath ?? Path ?? [null!])
        {
            if (string.IsNullOrWhiteSpace(path))
            {
                WriteObject(false);
                continue;
            }

            WriteObject(IsValid ? SessionState.Path.IsValid(path) : Exists(path));
        }
    }

    private bool Exists(string path)
    {
        try
        {
            if (!InvokeProvider.Item.Exists(path, force: true, literalPath: IsLiteral))
                return false;
            if (PathType == TestPathType.Any)
                return true;
            IEnumerable<string> paths = IsLiteral || !WildcardPattern.ContainsWildcardCharacters(path)
                ? [path]
                : SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(found => WildcardPattern.Escape(found.Path));
            return paths.Any(found => IsContainer(found) == (PathType == TestPathType.Container));
        }
        catch (Exception failure) when (failure is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ItemNotFoundException)
        {
            return false;
        }
    }

    private bool IsContainer(string path)
    {
        string full = Unresolved(IsLiteral ? path : WildcardPattern.Unescape(path), out ProviderInfo provider);
        return IsFileSystem(provider) ? Directory.Exists(full) : InvokeProvider.Item.IsContainer(path);
    }
}
