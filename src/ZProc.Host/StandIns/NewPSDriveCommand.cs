namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for New-PSDrive.</summary>
[Cmdlet(VerbsCommon.New, "PSDrive", SupportsShouldProcess = true)]
public sealed class NewPSDriveCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1, Mandatory = true)]
    public string PSProvider { get; set; } = string.Empty;

    [Parameter(Position = 2, Mandatory = true)]
    [AllowEmptyString]
    public string Root { get; set; } = string.Empty;

    [Parameter]
    public string Description { get; set; } = string.Empty;

    [Parameter]
    public string Scope { get; set; } = "local";

    [Parameter]
    public PSCredential? Credential { get => null; set => Refuse(); }

    [Parameter]
    public SwitchParameter Persist { get => default; set => Refuse(); }

    protected override void ProcessRecord()
    {
        if (ShouldProcess($"Name: {Name} Provider: {PSProvider} Root: {Root}", "New drive"))
            Try(() => WriteObject(SessionState.Drive.New(new PSDriveInfo(Name, SessionState.Provider.GetOne(PSProvider), Root, Description, null), Scope)), Name);
    }
}
