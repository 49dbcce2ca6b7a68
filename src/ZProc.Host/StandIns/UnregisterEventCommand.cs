namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Unregister-Event.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "Event", DefaultParameterSetName = "BySource", SupportsShouldProcess = true)]
public sealed class UnregisterEventCommand : StandIn
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "BySource", ValueFromPipelineByPropertyName = true)]
    public string? SourceIdentifier { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ById", ValueFromPipelineByPropertyName = true)]
    public int SubscriptionId { get; set; } = -1;

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        WildcardPattern? pattern = SourceIdentifier is null ? null : new WildcardPattern(SourceIdentifier, WildcardOptions.IgnoreCase);
        PSEventSubscriber[] found = [.. Events.Subscribers.Where(subscriber =>
            (pattern is null ? subscriber.SubscriptionId == SubscriptionId : subscriber.SourceIdentifier is { } name && pattern.IsMatch(name)) && (Force || !subscriber.SupportEvent))];
        foreach (PSEventSubscriber subscriber in found)
        {
            if (ShouldProcess($"Event subscription {subscriber.SourceIdentifier}", "Unsubscribe"))
                Events.UnsubscribeEvent(subscriber);
        }

        if (found.Length > 0 || (SourceIdentifier is not null && WildcardPattern.ContainsWildcardCharacters(SourceIdentifier)))
            return;
        WriteError(SourceIdentifier is null ? "INVALID_SUBSCRIPTION_IDENTIFIER" : "INVALID_SOURCE_IDENTIFIER", ErrorCategory.InvalidArgument, new ArgumentException(
            SourceIdentifier is null ? $"There is no event subscription {SubscriptionId}." : $"Nobody is subscribed to '{SourceIdentifier}'."));
    }
}
