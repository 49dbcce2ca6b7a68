using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the names of processes, also where a process object may stand: PowerShell asks for that parameter while nothing is typed.</summary>
internal sealed class ProcessNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.TakesObject(parameterName, "Process", wordToComplete, commandAst) ? null! // as without a completer
        : Completions.OfContext(fakeBoundParameters, (context, _) => Completions.Of(
            Completions.ProcessesOf(context).Select(process => (process.Name, $"{process.Name}: {process.ProcessState}")), wordToComplete));
}
