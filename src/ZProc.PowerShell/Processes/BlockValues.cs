using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Processes;

/// <summary>The values of the caller's session that script blocks take along.</summary>
/// <param name="Using">The values of <c>$using:</c> expressions, by <see cref="UsingValues.KeyOf"/>.</param>
/// <param name="Variables">The variables of a closure that the block names, by name.</param>
internal sealed record BlockValues(IReadOnlyDictionary<string, object?> Using, IReadOnlyDictionary<string, object?> Variables)
{
    // The name of the module that GetNewClosure makes for the variables.
    private const string ClosureModule = "__DynamicModule_";

    // Every script has its own.
    private static readonly HashSet<string> OwnVariables = new(StringComparer.OrdinalIgnoreCase)
    {
        "_", "PSItem", "args", "input", "this", "MyInvocation", "PSBoundParameters", "PSCmdlet", "PSScriptRoot", "PSCommandPath", "Error", "Matches",
        "State", "Props", "Process", "Context", "Update",
    };

    /// <summary>Collects the values of blocks that run in one runspace.</summary>
    /// <param name="session">The caller's session.</param>
    /// <param name="blocks">The blocks; a null one counts as none.</param>
    /// <exception cref="Core.FaultException">InvalidArgument: a <c>$using:</c> variable does not exist in the session.</exception>
    public static BlockValues Of(SessionState session, params ScriptBlock?[] blocks)
    {
        var values = new Dictionary<string, object?>();
        var variables = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var block in blocks.OfType<ScriptBlock>())
        {
            UsingValues.Collect(block.Ast, session, values);
            CollectClosure(block, variables);
        }

        return new BlockValues(values, variables);
    }

    private static void CollectClosure(ScriptBlock block, Dictionary<string, object?> variables)
    {
        if (block.Module is not { } module || !module.Name.StartsWith(ClosureModule, StringComparison.Ordinal))
        {
            return;
        }

        foreach (var use in block.Ast.FindAll(static ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>())
        {
            var path = use.VariablePath;
            if (path is { IsUnqualified: true } or { IsScript: true })
            {
                var name = path.UserPath[(path.UserPath.LastIndexOf(':') + 1)..];
                if (!OwnVariables.Contains(name) && module.SessionState.PSVariable.Get($"script:{name}") is { } variable)
                {
                    variables[name] = variable.Value;
                }
            }
        }
    }
}
