namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Variable.</summary>
[Cmdlet(VerbsCommon.Get, "Variable")]
public sealed class GetVariableCommand : ScopedCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    [Parameter]
    public string[]? Include { get => null; set => Refuse(); }

    [Parameter]
    public string[]? Exclude { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        foreach (PSVariable variable in Name.SelectMany(name => Find(name, required: true)))
            WriteObject(ValueOnly ? variable.Value : variable);
    }
}
