using System.Collections;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;

namespace ZProc.Completers;

/// <summary>Turns names into what Tab offers: those that begin with what was typed, quoted where they have to be.</summary>
internal static class Completions
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <param name="names">What there is.</param>
    /// <param name="typed">What was typed.</param>
    /// <param name="isPattern">Whether the parameter takes wildcards, so that those in a name have to be escaped.</param>
    public static IEnumerable<CompletionResult> Of(IEnumerable<string> names, string typed, bool isPattern)
    {
        var beginning = typed.Trim('\'', '"');
        return names.Where(name => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)).Select(name =>
        {
            var text = isPattern ? WildcardPattern.Escape(name) : name;
            var plain = name[0] != '-' && name.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.');
            return new CompletionResult(plain ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'", name, CompletionResultType.ParameterValue, name);
        });
    }

    /// <summary>What the server of the context that was typed, or of the current one, has to offer, if it answers soon.</summary>
    public static IEnumerable<CompletionResult> Ask(
        IDictionary bound, Func<ZProcContext, CancellationToken, IEnumerable<CompletionResult>> offer)
    {
        var context = bound["Context"] switch
        {
            ZProcContext given => given,
            string name => ContextTable.All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase)),
            _ => ContextTable.Find(),
        };
        if (context is null)
        {
            return [];
        }

        try
        {
            using var patience = new CancellationTokenSource(Patience);
            return offer(context, patience.Token).ToArray();
        }
        catch (Exception exception) when (exception is FaultException or OperationCanceledException)
        {
            return []; // a prompt that has lost its server offers nothing; the command itself will say why
        }
    }
}
