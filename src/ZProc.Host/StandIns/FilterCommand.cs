namespace Microsoft.PowerShell.Commands;

/// <summary>What the commands share that choose among the items of their paths by name.</summary>
public abstract class FilterCommand : PathCommand
{
    [Parameter]
    public virtual string? Filter { get; set; }

    [Parameter]
    public string[]? Include { get; set; }

    [Parameter]
    public string[]? Exclude { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>True if a name passes -Filter, -Exclude and -Include, or what is given in its stead.</summary>
    private protected bool Passes(string name, string[]? include = null)
    {
        include ??= Include;
        bool Matches(string pattern) => new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(name);
        return (string.IsNullOrEmpty(Filter) || Matches(Filter)) && (include is not { Length: > 0 } || include.Any(Matches)) && Exclude?.Any(Matches) != true;
    }
}
