namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Alias.</summary>
[Cmdlet(VerbsCommon.Get, "Alias", DefaultParameterSetName = "Default")]
public sealed class GetAliasCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "Default", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public string[] Exclude { get; set; } = [];

    [Parameter]
    public string? Scope { get; set; }

    [Parameter(ParameterSetName = "Definition")]
    public string[]? Definition { get; set; }

    protected override void ProcessRecord()
    {
        AliasInfo[] all = [.. AliasScope.All(this, Scope).Where(alias => !Exclude.Any(pattern => Matches(pattern, alias.Name)))];
        foreach (string pattern in Definition ?? Name)
        {
            AliasInfo[] found = [.. all.Where(alias => Matches(pattern, Definition is null ? alias.Name : alias.Definition))];
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(pattern))
                WriteError("ItemNotFoundException", ErrorCategory.ObjectNotFound, new ItemNotFoundException($"There is no alias with the {(Definition is null ? "name" : "definition")} '{pattern}'."), pattern);
        }
    }

    private static bool Matches(string pattern, string text) => new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(text);
}
