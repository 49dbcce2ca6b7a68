using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core.State;

namespace ZProc.Completers;

/// <summary>Completes namespaces.</summary>
internal sealed class NamespaceCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.OfContext(fakeBoundParameters, (context, cancellation) => Completions.Of(
            context.Client.GetNamespaces(cancellation).Select(info => info.Name).Where(name => IsCompleted(commandName, name)),
            wordToComplete));

    // ZProc's own namespaces cannot be removed.
    private static bool IsCompleted(string command, string name) =>
        name[0] != KeyName.ReservedPrefix || !command.StartsWith("Remove-", StringComparison.OrdinalIgnoreCase);
}
