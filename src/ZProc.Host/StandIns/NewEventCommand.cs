namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for New-Event.</summary>
[Cmdlet(VerbsCommon.New, "Event")]
public sealed class NewEventCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true)]
    public string SourceIdentifier { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    public PSObject? Sender { get; set; }

    [Parameter(Position = 2)]
    public PSObject[]? EventArguments { get; set; }

    [Parameter(Position = 3)]
    public PSObject? MessageData { get; set; }

    protected override void EndProcessing() => WriteObject(Events.GenerateEvent(
        SourceIdentifier, Bare(Sender), [.. (EventArguments ?? []).Select(argument => Bare(argument)!)], MessageData, processInCurrentThread: true, waitForCompletionInCurrentThread: false));
}
