using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>Copies functions of the caller's session into the runspace of a process.</summary>
internal static class SessionFunctions
{
    /// <summary>Finds functions.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="names">The names, which may have wildcards.</param>
    /// <exception cref="FaultException">InvalidArgument: there is no function of a name.</exception>
    public static IReadOnlyDictionary<string, ScriptSource> Find(SessionState session, IEnumerable<string> names)
    {
        var functions = new Dictionary<string, ScriptSource>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var isPattern = WildcardPattern.ContainsWildcardCharacters(name);
            var found = session.InvokeCommand.GetCommands(name, CommandTypes.Function | CommandTypes.Filter, isPattern).Cast<FunctionInfo>().ToArray();
            if (found.Length == 0 && !isPattern)
            {
                throw new FaultException(Fault.InvalidArgument, $"-ImportFunction: there is no function '{name}' in this session.", name);
            }

            foreach (var function in found)
            {
                functions.TryAdd(function.Name, SourceOf(function));
            }
        }

        return functions;
    }

    /// <summary>Defines a function in a runspace.</summary>
    public static void Define(Runspace runspace, string name, ScriptSource source)
    {
        var block = source.ToScriptBlock();
        if (block.Ast is ScriptBlockAst { EndBlock.Statements: [FunctionDefinitionAst definition] } && IsOf(definition, name))
        {
            runspace.SessionStateProxy.InvokeCommand.InvokeScript(useLocalScope: false, block, null, null);
        }
        else
        {
            Define(runspace, name, block);
        }
    }

    /// <summary>Defines a function by its body.</summary>
    public static void Define(Runspace runspace, string name, ScriptBlock body) =>
        runspace.SessionStateProxy.InvokeProvider.Item.Set([$"function:\\{name}"], body, force: true, literalPath: true);

    /// <summary>The whole definition: the body alone lacks the parameters before it, and the keyword <c>filter</c>.</summary>
    private static ScriptSource SourceOf(FunctionInfo function) =>
        function.ScriptBlock.Ast is FunctionDefinitionAst definition && IsOf(definition, function.Name)
            ? new ScriptSource(definition.Extent.Text, function.ScriptBlock.File, definition.Extent.StartLineNumber, definition.Extent.StartColumnNumber)
            : ScriptSource.Of(function.ScriptBlock);

    // The name in the definition may begin with a scope, as in "global:".
    private static bool IsOf(FunctionDefinitionAst definition, string name) =>
        definition.Name.AsSpan(definition.Name.LastIndexOf(':') + 1).Equals(name, StringComparison.OrdinalIgnoreCase);
}
