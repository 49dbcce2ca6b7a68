namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Pop-Location.</summary>
[Cmdlet(VerbsCommon.Pop, "Location")]
public sealed class PopLocationCommand : StandIn
{
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? StackName { get; set; }

    protected override void ProcessRecord() => Try(() =>
    {
        PathInfo? moved = SessionState.Path.PopLocation(StackName);
        if (PassThru && moved is not null)
            WriteObject(moved);
    });
}
