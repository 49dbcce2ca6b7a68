using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Requests;

namespace ZProc.Completers;

/// <summary>Completes the names of the machines that take part in a context.</summary>
internal sealed class MachineNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completions.OfContext(fakeBoundParameters, (context, cancellation) => Completions.Of(
            ProcessHosts.All(context, cancellation).Select(static host => (host.Name, $"{host.Name}: {host.System}, {host.Processors} processors")), wordToComplete));
}
