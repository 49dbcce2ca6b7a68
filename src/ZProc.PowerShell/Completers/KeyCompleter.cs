using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation;
using ZProc.Contexts;

namespace ZProc.Completers;

/// <summary>Tab for the keys of the live state.</summary>
internal sealed class KeyCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Ask(fakeBoundParameters, (context, patience) =>
        {
            var ns = fakeBoundParameters["Namespace"] as string ?? ContextTable.NamespaceOf(context);
            return Completions.Of(
                context.Client.GetSnapshot(ns, cancellation: patience).Entries.Select(pair => pair.Key), wordToComplete, TakesPatterns(commandName, parameterName));
        });

    // Where a key is set or changed, it is taken as it is.
    private static bool TakesPatterns(string command, string parameter) =>
        parameter != "LiteralKey" && !command.StartsWith("Set-", StringComparison.OrdinalIgnoreCase) && !command.StartsWith("Update-", StringComparison.OrdinalIgnoreCase);
}
