using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Runspace.</summary>
[Cmdlet(VerbsCommon.Get, "Runspace", DefaultParameterSetName = "NameParameterSet")]
public sealed class GetRunspaceCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "NameParameterSet")]
    public string[]? Name { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "IdParameterSet")]
    public int[]? Id { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "InstanceIdParameterSet")]
    public Guid[]? InstanceId { get; set; }

    protected override void ProcessRecord()
    {
        foreach (Runspace runspace in EngineInternals.Runspaces().OrderBy(runspace => runspace.Id))
        {
            bool wanted = Id is not null ? Id.Contains(runspace.Id)
                : InstanceId is not null ? InstanceId.Contains(runspace.InstanceId)
                : Name is null || Name.Any(name => new WildcardPattern(name, WildcardOptions.IgnoreCase).IsMatch(runspace.Name));
            if (wanted)
                WriteObject(runspace);
        }
    }
}
