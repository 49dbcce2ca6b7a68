using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>Copies functions of the caller's session into the runspace of a process.</summary>
internal static class SessionFunctions
{
    // Pester replaces a command by an alias of a function with such a name.
    private const string PesterMock = "PesterMock_";

    /// <summary>Finds functions.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="names">The names, which may have wildcards; null for none.</param>
    /// <exception cref="FaultException">InvalidArgument: a name is null or empty, or there is no function of a name.</exception>
    public static IReadOnlyDictionary<string, ScriptSource> Find(SessionState session, IEnumerable<string?>? names)
    {
        var functions = new Dictionary<string, ScriptSource>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in NameList.Checked(names, "-ImportFunction"))
        {
            var isPattern = WildcardPattern.ContainsWildcardCharacters(name);
            var found = session.InvokeCommand.GetCommands(name, CommandTypes.Function | CommandTypes.Filter, isPattern).Cast<FunctionInfo>().ToArray();
            if (found.Length == 0 && !isPattern)
            {
                throw FaultException.NotFound($"-ImportFunction: there is no function '{name}' in this session.{Suggestion.Sentence(name, FunctionNames(session))}", name);
            }

            foreach (var function in found)
            {
                functions.TryAdd(function.Name, SourceOf(Called(session, function), function.Name));
            }
        }

        return functions;
    }

    private static IEnumerable<string> FunctionNames(SessionState session) =>
        session.InvokeCommand.GetCommands("*", CommandTypes.Function | CommandTypes.Filter, nameIsPattern: true).Select(static command => command.Name);

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

    /// <summary>The function that the session calls by the name of another one: an alias may lead elsewhere.</summary>
    /// <exception cref="FaultException">InvalidArgument: Pester has mocked the function.</exception>
    private static FunctionInfo Called(SessionState session, FunctionInfo function)
    {
        if (session.InvokeCommand.GetCommand(function.Name, CommandTypes.Alias) is not AliasInfo { ResolvedCommand: FunctionInfo called })
        {
            return function;
        }

        return !called.Name.StartsWith(PesterMock, StringComparison.Ordinal) ? called : throw new FaultException(
            Fault.InvalidArgument,
            $"-ImportFunction: Pester has mocked '{function.Name}', and a mock works in its own session only. Define another '{function.Name}' in the block or in -InitializationScript.",
            function.Name);
    }

    /// <summary>The whole definition: the body alone lacks the parameters before it, and the keyword <c>filter</c>.</summary>
    private static ScriptSource SourceOf(FunctionInfo function, string name)
    {
        if (function.ScriptBlock.Ast is not FunctionDefinitionAst definition || !IsOf(definition, function.Name))
        {
            return ScriptSource.Of(function.ScriptBlock);
        }

        var source = ScriptSource.Of(definition, function.ScriptBlock.File);
        return IsOf(definition, name) ? source : source with { Text = Renamed(source.Text, definition.Name, name) };
    }

    // The keyword comes before the name.
    private static string Renamed(string definition, string name, string newName) =>
        definition.IndexOf(name, definition.IndexOfAny([' ', '\t', '`', '\r', '\n']), StringComparison.Ordinal) is var at && at < 0
            ? definition
            : definition.Remove(at, name.Length).Insert(at, newName);

    // The name in the definition may begin with a scope, as in "global:".
    private static bool IsOf(FunctionDefinitionAst definition, string name) =>
        definition.Name.AsSpan(definition.Name.LastIndexOf(':') + 1).Equals(name, StringComparison.OrdinalIgnoreCase);
}
