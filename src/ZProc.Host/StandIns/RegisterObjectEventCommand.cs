namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Register-ObjectEvent.</summary>
[Cmdlet(VerbsLifecycle.Register, "ObjectEvent")]
public sealed class RegisterObjectEventCommand : ObjectEventRegistrationBase
{
    [Parameter(Mandatory = true, Position = 0)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 1)]
    public string? EventName { get; set; }

    protected override object GetSourceObject() => InputObject!;

    protected override string GetSourceObjectEventName() => EventName!;
}
