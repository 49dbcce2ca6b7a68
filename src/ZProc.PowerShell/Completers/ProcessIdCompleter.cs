using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Contexts;

namespace ZProc.Completers;

/// <summary>Completes the ids of processes.</summary>
internal sealed class ProcessIdCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Of(
            ContextTable.Find()?.Processes.All.Select(process => process.Id.ToString(CultureInfo.InvariantCulture)) ?? [], wordToComplete);
}
