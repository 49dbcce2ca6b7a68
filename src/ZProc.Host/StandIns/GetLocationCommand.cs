namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Location.</summary>
[Cmdlet(VerbsCommon.Get, "Location")]
public sealed class GetLocationCommand : StandIn
{
    [Parameter]
    public SwitchParameter Stack { get; set; }

    [Parameter]
    public string[]? StackName { get; set; }

    [Parameter]
    public string[]? PSDrive { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        if (!Stack && StackName is null)
            WriteObject(SessionState.Path.CurrentLocation);
        else
            foreach (string? name in StackName ?? [null!])
                Try(() => WriteObject(SessionState.Path.LocationStack(name)));
    }
}
