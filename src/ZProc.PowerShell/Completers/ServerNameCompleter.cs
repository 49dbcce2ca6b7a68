using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Servers;

namespace ZProc.Completers;

/// <summary>Completes the names of servers with a process of their own.</summary>
internal sealed class ServerNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.Of(ServerFolder.All().Select(server => server.Name), wordToComplete);
}
