namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Remove-Event.</summary>
[Cmdlet(VerbsCommon.Remove, "Event", DefaultParameterSetName = "BySource", SupportsShouldProcess = true)]
public sealed class RemoveEventCommand : StandIn
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "BySource", ValueFromPipelineByPropertyName = true)]
    public string? SourceIdentifier { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByIdentifier", ValueFromPipelineByPropertyName = true)]
    public int EventIdentifier { get; set; } = -1;

    protected override void ProcessRecord()
    {
        WildcardPattern? pattern = SourceIdentifier is null ? null : new WildcardPattern(SourceIdentifier, WildcardOptions.IgnoreCase);
        lock (Events.ReceivedEvents.SyncRoot)
        {
            bool any = false;
            for (int index = Events.ReceivedEvents.Count - 1; index >= 0; index--)
            {
                PSEventArgs received = Events.ReceivedEvents[index];
                if (pattern is null ? received.EventIdentifier != EventIdentifier : !pattern.IsMatch(received.SourceIdentifier))
                    continue;
                any = true;
                if (ShouldProcess($"Event {received.SourceIdentifier}", "Remove"))
                    Events.ReceivedEvents.RemoveAt(index);
            }

            if (!any && (SourceIdentifier is null || !WildcardPattern.ContainsWildcardCharacters(SourceIdentifier)))
                WriteError("INVALID_EVENT_IDENTIFIER", ErrorCategory.InvalidArgument, new ArgumentException("No such event."), SourceIdentifier);
        }
    }
}
