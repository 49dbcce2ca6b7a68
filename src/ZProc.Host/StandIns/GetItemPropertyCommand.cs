namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-ItemProperty.</summary>
[Cmdlet(VerbsCommon.Get, "ItemProperty", DefaultParameterSetName = "Path")]
public sealed class GetItemPropertyCommand : PathCommand
{
    [Parameter(Position = 1)]
    public string[]? Name { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
            Try(() => WriteObject(InvokeProvider.Property.Get([path], new Collection<string>(Name ?? []), IsLiteral), enumerateCollection: true), path);
    }
}
