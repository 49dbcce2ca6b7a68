using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>Functions of the caller's session, for a process that shall have them, too.</summary>
internal static class SessionFunctions
{
    /// <summary>Finds them.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="names">Their names, with wildcards.</param>
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
                throw new FaultException(Fault.InvalidArgument, $"There is no function '{name}' here for -ImportFunction.", name);
            }

            foreach (var function in found)
            {
                functions.TryAdd(function.Name, SourceOf(function));
            }
        }

        return functions;
    }

    /// <summary>Defines one in a runspace.</summary>
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

    /// <summary>Defines one by its body.</summary>
    public static void Define(Runspace runspace, string name, ScriptBlock body) =>
        runspace.SessionStateProxy.InvokeProvider.Item.Set([$"function:\\{name}"], body, force: true, literalPath: true);

    /// <summary>The whole definition, since its body alone says neither that it is a filter nor what parameters stand before it.</summary>
    private static ScriptSource SourceOf(FunctionInfo function) =>
        function.ScriptBlock.Ast is FunctionDefinitionAst definition && IsOf(definition, function.Name)
            ? new ScriptSource(definition.Extent.Text, function.ScriptBlock.File, definition.Extent.StartLineNumber, definition.Extent.StartColumnNumber)
            : ScriptSource.Of(function.ScriptBlock);

    // Where it was defined, its name may have said in which scope.
    private static bool IsOf(FunctionDefinitionAst definition, string name) =>
        definition.Name.AsSpan(definition.Name.LastIndexOf(':') + 1).Equals(name, StringComparison.OrdinalIgnoreCase);
}
