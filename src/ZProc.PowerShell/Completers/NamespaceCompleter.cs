using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation;
using ZProc.Core.State;

namespace ZProc.Completers;

/// <summary>Tab for namespaces.</summary>
internal sealed class NamespaceCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Ask(fakeBoundParameters, (context, patience) => Completions.Of(
            context.Client.GetNamespaces(patience).Select(info => info.Name).Where(name => IsOffered(commandName, name)),
            wordToComplete,
            isPattern: parameterName == "Name"));

    // What cannot be removed is not offered for removal.
    private static bool IsOffered(string command, string name) =>
        name[0] != KeyName.ReservedPrefix || !command.StartsWith("Remove-", StringComparison.OrdinalIgnoreCase);
}
