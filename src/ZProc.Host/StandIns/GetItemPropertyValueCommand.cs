namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-ItemPropertyValue.</summary>
[Cmdlet(VerbsCommon.Get, "ItemPropertyValue", DefaultParameterSetName = "Path")]
public sealed class GetItemPropertyValueCommand : PathCommand
{
    [Parameter(Position = 1, Mandatory = true)]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            Try(() =>
            {
                foreach (PSObject found in InvokeProvider.Property.Get([path], new Collection<string>(Name), IsLiteral))
                {
                    foreach (string name in Name)
                        WriteObject(found.Properties[name]?.Value);
                }
            }, path);
        }
    }
}
