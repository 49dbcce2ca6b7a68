namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Remove-Item.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class RemoveItemCommand : FilterCommand
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public override string[]? Path { get; set; }

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public string[]? Stream { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            foreach (string found in Resolve(path, out ProviderInfo? provider))
            {
                if (Passes(System.IO.Path.GetFileName(found)))
                    Try(() => Remove(found, provider!), path);
            }
        }
    }

    private void Remove(string path, ProviderInfo provider)
    {
        string qualified = IsFileSystem(provider) ? path : $"{provider.Name}::{path}";
        if (!ShouldProcess(path, "Remove Item"))
            return;
        bool isLink = IsFileSystem(provider) && new FileInfo(path).LinkTarget is not null;
        if (!Recurse && !isLink && IsFileSystem(provider) && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            WriteError("DirectoryNotEmpty", ErrorCategory.WriteError, new IOException($"The folder '{path}' is not empty; -Recurse removes what is in it too."), path);
            return;
        }

        InvokeProvider.Item.Remove([qualified], Recurse, Force, literalPath: true);
    }
}
