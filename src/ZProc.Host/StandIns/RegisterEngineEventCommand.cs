namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Register-EngineEvent.</summary>
[Cmdlet(VerbsLifecycle.Register, "EngineEvent")]
public sealed class RegisterEngineEventCommand : ObjectEventRegistrationBase
{
    [Parameter(Mandatory = true, Position = 100)]
    public new string SourceIdentifier { get => base.SourceIdentifier; set => base.SourceIdentifier = value; }

    protected override object? GetSourceObject()
    {
        if (Action is null && !Forward)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException("An engine event that is not forwarded needs an -Action."), "ACTION_MANDATORY_FOR_LOCAL", ErrorCategory.InvalidArgument, null));
        }

        return null;
    }

    protected override string? GetSourceObjectEventName() => null;
}
