using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the names of functions of the session.</summary>
internal sealed class FunctionCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        var functions = shell.AddCommand("Get-Command").AddParameter("CommandType", CommandTypes.Function | CommandTypes.Filter).AddParameter("ListImported").Invoke<CommandInfo>();
        return Completions.Of(functions.Select(static function => function.Name).Distinct(StringComparer.OrdinalIgnoreCase), wordToComplete).ToArray();
    }
}
