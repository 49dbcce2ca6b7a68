namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Set-ItemProperty.</summary>
[Cmdlet(VerbsCommon.Set, "ItemProperty", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class SetItemPropertyCommand : PathCommand
{
    [Parameter(Position = 1, Mandatory = true)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 2, Mandatory = true)]
    [AllowNull]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        var property = new PSObject();
        property.Properties.Add(new PSNoteProperty(Name, Value));
        foreach (string path in Paths)
        {
            if (ShouldProcess($"Item: {path} Property: {Name}", "Set Property"))
                Try(() => InvokeProvider.Property.Set([path], property, Force, IsLiteral), path);
        }
    }
}
