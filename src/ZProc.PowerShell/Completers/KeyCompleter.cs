using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core;

namespace ZProc.PowerShell;

/// <summary>Tab for the keys of the live state.</summary>
internal sealed class KeyCompleter : IArgumentCompleter
{
    // Where a key is set or changed, it is taken as it is.
    private static bool TakesPatterns(string command, string parameter) =>
        parameter != "LiteralKey" && !command.StartsWith("Set-", StringComparison.OrdinalIgnoreCase) && !command.StartsWith("Update-", StringComparison.OrdinalIgnoreCase);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var context = fakeBoundParameters["Context"] switch
        {
            ZProcContext given => given,
            string name => ContextTable.All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase)),
            _ => ContextTable.Find(),
        };
        if (context is null)
        {
            return [];
        }

        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var ns = fakeBoundParameters["Namespace"] as string ?? ContextTable.NamespaceOf(context);
            return Completions.Of(context.Client.GetSnapshot(ns, cancellation: patience.Token).Entries.Select(pair => pair.Key), wordToComplete, isPattern: TakesPatterns(commandName, parameterName));
        }
        catch (Exception exception) when (exception is FaultException or OperationCanceledException)
        {
            return []; // a prompt that has lost its server offers nothing; the command itself will say why
        }
    }
}
