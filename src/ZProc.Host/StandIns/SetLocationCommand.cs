namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Set-Location.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path")]
public sealed class SetLocationCommand : EnterLocationCommand
{
    [Parameter]
    public string? StackName { get => null; set => Refuse(); }

    protected override void ProcessRecord() => Enter(Given is { Length: > 0 } path ? path : "~");
}
