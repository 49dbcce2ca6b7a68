namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-EventSubscriber.</summary>
[Cmdlet(VerbsCommon.Get, "EventSubscriber", DefaultParameterSetName = "BySource")]
public sealed class GetEventSubscriberCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "BySource", ValueFromPipelineByPropertyName = true)]
    public string? SourceIdentifier { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ById", ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    public int SubscriptionId { get; set; } = -1;

    [Parameter(Position = 1)]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        WildcardPattern? pattern = SourceIdentifier is null ? null : new WildcardPattern(SourceIdentifier, WildcardOptions.IgnoreCase);
        PSEventSubscriber[] found = [.. Events.Subscribers.Where(subscriber =>
            (pattern is null || (subscriber.SourceIdentifier is { } name && pattern.IsMatch(name)))
            && (SubscriptionId < 0 || subscriber.SubscriptionId == SubscriptionId)
            && (Force || !subscriber.SupportEvent))];
        WriteObject(found, enumerateCollection: true);
        if (found.Length == 0 && SourceIdentifier is not null && !WildcardPattern.ContainsWildcardCharacters(SourceIdentifier))
            WriteError("INVALID_SOURCE_IDENTIFIER", ErrorCategory.InvalidArgument, new ArgumentException($"Nobody is subscribed to '{SourceIdentifier}'."));
    }
}
