namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Push-Location.</summary>
[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = "Path")]
public sealed class PushLocationCommand : EnterLocationCommand
{
    [Parameter]
    public string? StackName { get; set; }

    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation(StackName);
        if (Given is { } path)
            Enter(path);
    }
}
