using System.Management.Automation;

namespace ZProc.PowerShell;

/// <summary>Turns names into what Tab offers: those that begin with what was typed, quoted where they have to be.</summary>
internal static class Completions
{
    public static IEnumerable<CompletionResult> Of(IEnumerable<string> names, string typed)
    {
        var pattern = new WildcardPattern(typed.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return names.Where(pattern.IsMatch).Select(name =>
        {
            var plain = name.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.');
            return new CompletionResult(plain ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'", name, CompletionResultType.ParameterValue, name);
        });
    }
}
