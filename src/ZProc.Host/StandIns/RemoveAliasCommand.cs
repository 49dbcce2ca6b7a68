namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Remove-Alias.</summary>
[Cmdlet(VerbsCommon.Remove, "Alias")]
public sealed class RemoveAliasCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            if (AliasScope.All(this, null).Any(alias => alias.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                Try(() => AliasScope.Remove(this, name, Force), name);
            else
                WriteError("ItemNotFoundException", ErrorCategory.ObjectNotFound, new ItemNotFoundException($"There is no alias with the name '{name}'."), name);
        }
    }
}
