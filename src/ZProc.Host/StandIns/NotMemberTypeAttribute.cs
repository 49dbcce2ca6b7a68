using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Refuses the name of a member type as a property name, so that `Add-Member NoteProperty name value` finds its parameter set.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotMemberTypeAttribute : ValidateArgumentsAttribute
{
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is not string name || !Enum.TryParse<PSMemberTypes>(name, ignoreCase: true, out _) || int.TryParse(name, out _))
            return;

        // Its second argument, which is not public, makes the binder try the other parameter sets.
        throw (Exception)EngineInternals.Create(
            typeof(ValidationMetadataException).FullName!, $"'{name}' is a member type; give the property name with -NotePropertyName.", true);
    }
}
