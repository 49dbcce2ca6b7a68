using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core;

namespace ZProc.Values;

/// <summary>Script blocks with variables of their own, as <c>GetNewClosure()</c> makes them. A block travels as text, and the variables stay.</summary>
internal static class Closures
{
    // The name of the module that GetNewClosure makes for the variables.
    private const string Module = "__DynamicModule_";

    // Every script has its own.
    private static readonly HashSet<string> OwnVariables = new(StringComparer.OrdinalIgnoreCase)
    {
        "_", "PSItem", "args", "input", "this", "true", "false", "null", "MyInvocation", "PSBoundParameters", "PSCmdlet", "PSScriptRoot", "PSCommandPath",
        "PSDefaultParameterValues", "Error", "Matches", "State", "Props", "Process", "Context", "Update",
    };

    /// <summary>Refuses a block that uses variables of its own.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/>.</exception>
    public static void Check(ScriptBlock block)
    {
        if (FindVariable(block) is { } name)
        {
            throw new FaultException(Fault.ValueNotSupported, Reason(name));
        }
    }

    /// <summary>Why a block with a variable of its own does not travel.</summary>
    public static string Reason(string name) =>
        $"is a script block with a variable ${name} of its own (GetNewClosure), which stays in its session. Give the block parameters, and pass the values";

    /// <summary>A variable of its own that a block uses; null where there is none.</summary>
    public static string? FindVariable(ScriptBlock block) =>
        VariablesOf(block).Select(static variable => variable.Name).FirstOrDefault(name => !IsAssigned(block.Ast, name));

    /// <summary>The variables of its own that a block names.</summary>
    public static IEnumerable<PSVariable> VariablesOf(ScriptBlock block)
    {
        // Module is null for every other block of a session.
        if (block.Module is not { } module || !module.Name.StartsWith(Module, StringComparison.Ordinal))
        {
            return [];
        }

        return block.Ast.FindAll(static ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true)
            .Cast<VariableExpressionAst>()
            .Where(static variable => variable.VariablePath is { IsUnqualified: true } or { IsScript: true })
            .Select(static variable => variable.VariablePath.UserPath[(variable.VariablePath.UserPath.LastIndexOf(':') + 1)..])
            .Where(static name => !OwnVariables.Contains(name))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => module.SessionState.PSVariable.Get($"script:{name}"))
            .Where(static variable => variable is not null);
    }

    private static bool IsAssigned(Ast block, string name) => block.Find(
        ast => name.Equals(
            ast switch
            {
                ParameterAst parameter => parameter.Name.VariablePath.UserPath,
                AssignmentStatementAst { Left: VariableExpressionAst variable } => variable.VariablePath.UserPath,
                ForEachStatementAst loop => loop.Variable.VariablePath.UserPath,
                _ => null,
            },
            StringComparison.OrdinalIgnoreCase),
        searchNestedScriptBlocks: true) is not null;
}
