namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for New-Alias.</summary>
[Cmdlet(VerbsCommon.New, "Alias", SupportsShouldProcess = true)]
public sealed class NewAliasCommand : WriteAliasCommand
{
    protected override void ProcessRecord()
    {
        if (!Force && AliasScope.All(this, Scope).Any(alias => alias.Name.Equals(Name, StringComparison.OrdinalIgnoreCase)))
            WriteError("AliasAlreadyExists", ErrorCategory.ResourceExists, new SessionStateException($"There is an alias '{Name}' already; Set-Alias changes it."), Name);
        else if (ShouldProcess($"Name: {Name} Value: {Value}", "New Alias"))
            Write();
    }
}
