using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core;

namespace ZProc.Values;

/// <summary>Script blocks with variables of their own, as <c>GetNewClosure()</c> makes them. A block travels as text, and the variables stay.</summary>
internal static class Closures
{
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
    public static string? FindVariable(ScriptBlock block)
    {
        // Module is null for every other block of a session.
        if (block.Module is not { } module || !module.Name.StartsWith("__DynamicModule_", StringComparison.Ordinal))
        {
            return null;
        }

        return block.Ast.FindAll(static ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true)
            .Cast<VariableExpressionAst>()
            .Where(static variable => variable.VariablePath is { IsUnqualified: true } or { IsScript: true })
            .Select(static variable => variable.VariablePath.UserPath[(variable.VariablePath.UserPath.LastIndexOf(':') + 1)..])
            .FirstOrDefault(name => !IsAutomatic(name) && module.SessionState.PSVariable.Get($"script:{name}") is not null && !IsAssigned(block.Ast, name));
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

    // Every scope has these.
    private static bool IsAutomatic(string name) => name.ToUpperInvariant() is "_" or "ARGS" or "ERROR" or "FALSE" or "INPUT" or "MYINVOCATION" or "NULL"
        or "PSBOUNDPARAMETERS" or "PSCOMMANDPATH" or "PSDEFAULTPARAMETERVALUES" or "PSITEM" or "PSSCRIPTROOT" or "THIS" or "TRUE";
}
