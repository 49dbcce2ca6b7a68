using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the ids of watchers.</summary>
internal sealed class WatcherIdCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.OfContext(fakeBoundParameters, (context, _) => Completions.Of(
            context.Watchers.All.Select(watcher => (watcher.Id.ToString(CultureInfo.InvariantCulture), $"{watcher.Name}: namespace '{watcher.Namespace}'")), wordToComplete));
}
