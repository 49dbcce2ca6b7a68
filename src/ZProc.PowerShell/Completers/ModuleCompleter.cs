using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Completers;

/// <summary>Completes the names of modules: those of the session first, then those that can be imported.</summary>
internal sealed class ModuleCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var name = $"{WildcardPattern.Escape(wordToComplete.Trim('\'', '"'))}*";
        using var loaded = PowerShell.Create(RunspaceMode.CurrentRunspace);
        using var available = PowerShell.Create(RunspaceMode.CurrentRunspace);
        var modules = loaded.AddCommand("Get-Module").AddParameter("Name", name).Invoke<PSModuleInfo>()
            .Concat(available.AddCommand("Get-Module").AddParameter("Name", name).AddParameter("ListAvailable").Invoke<PSModuleInfo>());
        return Completions.Of(modules.Select(static module => module.Name).Distinct(StringComparer.OrdinalIgnoreCase), wordToComplete).ToArray();
    }
}
