using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the ids of processes after <c>-Id</c>.</summary>
internal sealed class ProcessIdCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.OfIds(parameterName, commandAst, fakeBoundParameters, wordToComplete, static context =>
            Completions.ProcessesOf(context).Select(process => (process.Id, $"{process.Name}: {process.ProcessState}")));
}
