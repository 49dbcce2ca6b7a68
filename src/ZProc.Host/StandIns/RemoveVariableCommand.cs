namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Remove-Variable.</summary>
[Cmdlet(VerbsCommon.Remove, "Variable", SupportsShouldProcess = true)]
public sealed class RemoveVariableCommand : ScopedCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (PSVariable variable in Name.SelectMany(name => Find(name, required: true)))
        {
            if (ShouldProcess(variable.Name, "Remove variable"))
                Try(() => VariableScope.Remove(this, variable, Scope, Force));
        }
    }
}
