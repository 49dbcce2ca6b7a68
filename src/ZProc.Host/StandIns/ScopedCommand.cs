namespace Microsoft.PowerShell.Commands;

/// <summary>What the variable commands share.</summary>
public abstract class ScopedCommand : StandIn
{
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Scope { get; set; }

    /// <summary>The variables a name or wildcard stands for; an error where a plain name stands for none.</summary>
    private protected List<PSVariable> Find(string name, bool required)
    {
        if (WildcardPattern.ContainsWildcardCharacters(name))
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            return [.. VariableScope.Table(this, Scope).Where(entry => pattern.IsMatch(entry.Key)).Select(entry => entry.Value)];
        }

        if (VariableScope.Find(this, name, Scope) is { } found)
            return [found];
        if (required)
            WriteError("VariableNotFound", ErrorCategory.ObjectNotFound, new ItemNotFoundException($"There is no variable '{name}'."), name);
        return [];
    }
}
