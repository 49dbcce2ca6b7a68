using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the names of watchers, also where a watcher object may stand: PowerShell asks for that parameter while nothing is typed.</summary>
internal sealed class WatcherNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.TakesObject(parameterName, "Watcher", wordToComplete, commandAst) ? null! // as without a completer
        : Completions.OfContext(fakeBoundParameters, (context, _) => Completions.Of(context.Watchers.All.Select(watcher => watcher.Name), wordToComplete));
}
