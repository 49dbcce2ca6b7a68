namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Clear-Variable.</summary>
[Cmdlet(VerbsCommon.Clear, "Variable", SupportsShouldProcess = true)]
public sealed class ClearVariableCommand : ScopedCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (PSVariable variable in Name.SelectMany(name => Find(name, required: true)))
        {
            if (ShouldProcess(variable.Name, "Clear variable"))
                Try(() => variable.Value = null);
        }
    }
}
