namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-PSProvider.</summary>
[Cmdlet(VerbsCommon.Get, "PSProvider")]
public sealed class GetPSProviderCommand : StandIn
{
    [Parameter(Position = 0)]
    public string[]? PSProvider { get; set; }

    protected override void ProcessRecord()
    {
        if (PSProvider is null)
            WriteObject(SessionState.Provider.GetAll(), enumerateCollection: true);
        foreach (string name in PSProvider ?? [])
            Try(() => WriteObject(SessionState.Provider.Get(name), enumerateCollection: true), name);
    }
}
