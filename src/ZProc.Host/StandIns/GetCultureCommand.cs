namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Culture.</summary>
[Cmdlet(VerbsCommon.Get, "Culture")]
public sealed class GetCultureCommand : StandIn
{
    [Parameter(Position = 0)]
    public string[]? Name { get; set; }

    protected override void ProcessRecord()
    {
        if (Name is null)
            WriteObject(Host.CurrentCulture);
        foreach (string name in Name ?? [])
            Try(() => WriteObject(CultureInfo.GetCultureInfo(name)));
    }
}
