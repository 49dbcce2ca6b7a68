namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Event.</summary>
[Cmdlet(VerbsCommon.Get, "Event", DefaultParameterSetName = "BySource")]
public sealed class GetEventCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "BySource", ValueFromPipelineByPropertyName = true)]
    public string? SourceIdentifier { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ById", ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    public int EventIdentifier { get; set; } = -1;

    protected override void EndProcessing()
    {
        WildcardPattern? pattern = SourceIdentifier is null ? null : new WildcardPattern(SourceIdentifier, WildcardOptions.IgnoreCase);
        PSEventArgs[] found;
        lock (Events.ReceivedEvents.SyncRoot)
        {
            found = [.. Events.ReceivedEvents.Where(received =>
                (pattern is null || pattern.IsMatch(received.SourceIdentifier)) && (EventIdentifier < 0 || received.EventIdentifier == EventIdentifier))];
        }

        WriteObject(found, enumerateCollection: true);
        if (found.Length == 0 && SourceIdentifier is not null && !WildcardPattern.ContainsWildcardCharacters(SourceIdentifier))
            WriteError("INVALID_SOURCE_IDENTIFIER", ErrorCategory.InvalidArgument, new ArgumentException($"There is no event from '{SourceIdentifier}'."));
        else if (found.Length == 0 && EventIdentifier >= 0)
            WriteError("INVALID_EVENT_IDENTIFIER", ErrorCategory.InvalidArgument, new ArgumentException($"There is no event {EventIdentifier}."));
    }
}
