using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the ids of processes.</summary>
internal sealed class ProcessIdCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.OfContext(fakeBoundParameters, (context, _) => Completions.Of(
            Completions.ProcessesOf(context).Select(process => (process.Id.ToString(CultureInfo.InvariantCulture), $"{process.Name}: {process.ProcessState}")), wordToComplete));
}
