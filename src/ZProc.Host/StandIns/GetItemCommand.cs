namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Item.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : FilterCommand
{
    [Parameter]
    public string[]? Stream { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            Try(() =>
            {
                foreach (PSObject item in InvokeProvider.Item.Get([path], Force, IsLiteral))
                {
                    if (Passes(LeafOf(item)))
                        WriteObject(item);
                }
            }, path);
        }
    }
}
