using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the ids of watchers after <c>-Id</c>.</summary>
internal sealed class WatcherIdCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.OfIds(parameterName, commandAst, fakeBoundParameters, wordToComplete, static context =>
            context.Watchers.All.Select(watcher => (watcher.Id, $"{watcher.Name}: namespace '{watcher.Namespace}'")));
}
