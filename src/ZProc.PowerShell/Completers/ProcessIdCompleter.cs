using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the ids of processes after <c>-Id</c>. By position an id and a name stand in one place, and there names are completed.</summary>
internal sealed class ProcessIdCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        !Completions.IsNamed(parameterName, commandAst) ? null! // as without a completer
        : Completions.OfContext(fakeBoundParameters, (context, _) => Completions.Of(
            Completions.ProcessesOf(context).Select(process => (process.Id.ToString(CultureInfo.InvariantCulture), $"{process.Name}: {process.ProcessState}")), wordToComplete));
}
