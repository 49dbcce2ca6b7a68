namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for New-Guid.</summary>
[Cmdlet(VerbsCommon.New, "Guid")]
public sealed class NewGuidCommand : StandIn
{
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string? InputObject { get; set; }

    [Parameter]
    public SwitchParameter Empty { get; set; }

    protected override void ProcessRecord() =>
        WriteObject(InputObject is not null ? Guid.Parse(InputObject) : Empty ? Guid.Empty : Guid.NewGuid());
}
