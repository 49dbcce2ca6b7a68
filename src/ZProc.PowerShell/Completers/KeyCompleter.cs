using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Contexts;
using ZProc.Values;

namespace ZProc.Completers;

/// <summary>Completes the keys of the namespace.</summary>
internal sealed class KeyCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.OfContext(fakeBoundParameters, (context, cancellation) =>
        {
            var ns = BaseObject.Of(fakeBoundParameters["Namespace"]) as string ?? ContextTable.NamespaceOf(context);
            return Completions.Of(
                context.Client.GetSnapshot(ns, cancellation: cancellation).Entries.Select(pair => (pair.Key, $"{pair.Key}: {pair.Value.Value.Kind}")), wordToComplete);
        });
}
