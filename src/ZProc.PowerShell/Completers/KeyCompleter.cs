using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core;

namespace ZProc.PowerShell;

/// <summary>Tab for the keys of the live state.</summary>
internal sealed class KeyCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var context = fakeBoundParameters["Context"] switch
        {
            ZProcContext given => given,
            string name => ContextTable.All.FirstOrDefault(known => known.Name == name),
            _ => ContextTable.Find(),
        };
        if (context is null)
        {
            return [];
        }

        try
        {
            var ns = fakeBoundParameters["Namespace"] as string ?? context.Namespace;
            return Completions.Of(context.Client.GetSnapshot(ns).Entries.Select(pair => pair.Key), wordToComplete);
        }
        catch (FaultException)
        {
            return []; // a prompt that has lost its server offers nothing; the command itself will say why
        }
    }
}
