using System.Management.Automation;
using ZProc.Values;

namespace ZProc.Processes;

/// <summary>The values of the caller's session that script blocks take along.</summary>
/// <param name="Using">The values of <c>$using:</c> expressions, by <see cref="UsingValues.KeyOf"/>.</param>
/// <param name="Variables">The variables of a closure that the block names, by name.</param>
internal sealed record BlockValues(IReadOnlyDictionary<string, object?> Using, IReadOnlyDictionary<string, object?> Variables)
{
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
            foreach (var variable in Closures.VariablesOf(block))
            {
                variables[variable.Name] = variable.Value;
            }
        }

        return new BlockValues(values, variables);
    }
}
