namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands that take -Path or -LiteralPath share.</summary>
public abstract class PathCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public virtual string[]? Path { get; set; }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public virtual string[]? LiteralPath { get; set; }

    /// <summary>True if the paths are to be taken as they are.</summary>
    private protected bool IsLiteral => LiteralPath is not null;

    /// <summary>The paths given, with the current location where none was.</summary>
    private protected string[] Paths => LiteralPath ?? Path ?? [string.Empty];

    /// <summary>The file paths, or other provider paths, that a given path stands for; an error if there are none.</summary>
    private protected List<string> Resolve(string path, out ProviderInfo? provider)
    {
        ProviderInfo? found = null;
        List<string> paths = [];
        Try(() =>
        {
            if (IsLiteral)
            {
                string full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out found, out _);
                RequireItem(path);
                paths.Add(full);
            }
            else
            {
                paths.AddRange(SessionState.Path.GetResolvedProviderPathFromPSPath(path, out found));
            }
        }, path);
        provider = found;
        return paths;
    }

    /// <summary>The full path of something that need not exist.</summary>
    private protected string Unresolved(string path, out ProviderInfo provider) =>
        SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);

    private protected static bool IsFileSystem(ProviderInfo? provider) => provider?.ImplementingType == typeof(FileSystemProvider);

    /// <summary>Throws the engine's own error where a path leads to nothing.</summary>
    private protected void RequireItem(string path)
    {
        if (!InvokeProvider.Item.Exists(path, force: true, literalPath: true))
            InvokeProvider.Item.Get([path], force: true, literalPath: true);
    }

    private protected static string LeafOf(PSObject item) => item.Properties["PSChildName"]?.Value?.ToString() ?? item.ToString();
}
