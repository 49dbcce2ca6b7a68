using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Contexts;

namespace ZProc.Completers;

/// <summary>Completes the names of contexts.</summary>
internal sealed class ContextNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Of(ContextTable.All.Select(context => context.Name), wordToComplete);
}
