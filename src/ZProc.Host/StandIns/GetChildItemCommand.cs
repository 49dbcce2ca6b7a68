namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-ChildItem.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Path")]
public sealed class GetChildItemCommand : FilterCommand
{
    [Parameter(Position = 1)]
    public override string? Filter { get; set; }

    [Parameter]
    [Alias("s", "r")]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public uint Depth { get; set; } = uint.MaxValue;

    [Parameter]
    public SwitchParameter Name { get; set; }

    [Parameter]
    [Alias("af")]
    public SwitchParameter File { get; set; }

    [Parameter]
    [Alias("ad")]
    public SwitchParameter Directory { get; set; }

    [Parameter]
    [Alias("ah", "h")]
    public SwitchParameter Hidden { get; set; }

    [Parameter]
    public FlagsExpression<FileAttributes>? Attributes { get => null; set => Refuse(); }

    [Parameter]
    public SwitchParameter FollowSymlink { get => default; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
            Try(() => List(path.Length == 0 ? "." : path), path);
    }

    private void List(string path)
    {
        bool deep = Recurse || Depth != uint.MaxValue;
        string pattern = path;
        string[]? include = Include;

        // A recursive search for `folder/*.txt` means the files of that name at every depth.
        if (deep && !IsLiteral && WildcardPattern.ContainsWildcardCharacters(path) && include is null)
        {
            string leaf = SessionState.Path.ParseChildName(path);
            if (WildcardPattern.ContainsWildcardCharacters(leaf))
            {
                string parent = SessionState.Path.ParseParent(path, null);
                pattern = parent.Length == 0 ? "." : parent;
                include = [leaf];
            }
        }

        string? root = null;
        foreach (PSObject item in InvokeProvider.ChildItem.Get([pattern], deep, Depth, Force || Hidden, IsLiteral))
        {
            bool isContainer = LanguagePrimitives.IsTrue(item.Properties["PSIsContainer"]?.Value);
            if ((File && isContainer) || (Directory && !isContainer))
                continue;
            if (Hidden && item.BaseObject is FileSystemInfo info && !info.Attributes.HasFlag(FileAttributes.Hidden))
                continue;
            if (!Passes(LeafOf(item), include))
                continue;
            if (!Name)
            {
                WriteObject(item);
                continue;
            }

            root ??= IsLiteral ? Unresolved(pattern, out _) : SessionState.Path.GetResolvedProviderPathFromPSPath(pattern, out _)[0];
            WriteObject(deep && item.BaseObject is FileSystemInfo file ? System.IO.Path.GetRelativePath(root, file.FullName) : LeafOf(item));
        }
    }
}
