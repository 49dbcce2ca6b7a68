using System.Management.Automation;

namespace ZProc.PowerShell;

/// <summary>Turns names into what Tab offers: those that begin with what was typed, quoted where they have to be.</summary>
internal static class Completions
{
    /// <param name="names">What there is.</param>
    /// <param name="typed">What was typed.</param>
    /// <param name="isPattern">Whether the parameter takes wildcards, so that those in a name have to be escaped.</param>
    public static IEnumerable<CompletionResult> Of(IEnumerable<string> names, string typed, bool isPattern)
    {
        var beginning = typed.Trim('\'', '"');
        return names.Where(name => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)).Select(name =>
        {
            var text = isPattern ? WildcardPattern.Escape(name) : name;
            var plain = name.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.');
            return new CompletionResult(plain ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'", name, CompletionResultType.ParameterValue, name);
        });
    }
}
