using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;
using System.Text.RegularExpressions;
using ZProc.Core;

namespace ZProc.Processes;

/// <summary>The values of a script block's <c>$using:</c> expressions, under the keys that PowerShell uses for them.</summary>
internal static partial class UsingValues
{
    /// <summary>The parameter through which PowerShell takes the values.</summary>
    public const string Parameter = "--%";

    /// <summary>Evaluates every <c>$using:</c> of a script in the caller's session.</summary>
    /// <param name="script">The script.</param>
    /// <param name="session">The caller's session.</param>
    /// <param name="values">Gets the values. A value that is there already stays.</param>
    /// <exception cref="FaultException"><see cref="Fault.InvalidArgument"/>: a variable does not exist here.</exception>
    public static void Collect(Ast script, SessionState session, Dictionary<string, object?> values)
    {
        foreach (var ast in script.FindAll(ast => ast is UsingExpressionAst, searchNestedScriptBlocks: true))
        {
            var expression = ((UsingExpressionAst)ast).SubExpression;
            var key = KeyOf((UsingExpressionAst)ast);
            if (values.ContainsKey(key))
            {
                continue;
            }

            if (expression is not VariableExpressionAst variable || !variable.VariablePath.IsVariable)
            {
                values[key] = Evaluate(session, expression);
            }
            else if (session.PSVariable.Get(variable.VariablePath.UserPath) is { } found)
            {
                values[key] = found.Value;
            }
            else if (!IsNested(ast, script))
            {
                // In a nested block the expression may refer to a variable that only the process has.
                throw new FaultException(
                    Fault.InvalidArgument,
                    $"The script says $using:{variable.VariablePath.UserPath}, but there is no variable ${variable.VariablePath.UserPath} here. Set it before starting the process.",
                    variable.VariablePath.UserPath);
            }
        }
    }

    /// <summary>The values as the argument of <see cref="Parameter"/>; null when there are none.</summary>
    public static Hashtable? ToTable(IReadOnlyDictionary<string, object?> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var table = new Hashtable(values.Count);
        foreach (var (key, value) in values)
        {
            table.Add(key, value);
        }

        return table;
    }

    private static object? Evaluate(SessionState session, ExpressionAst expression)
    {
        // The expression without "using:". The comma keeps a collection from being unrolled.
        var text = UsingWord().Replace(expression.Extent.Text, "$1", 1);
        var result = session.InvokeCommand.InvokeScript(session, ScriptBlock.Create($",({text})"));
        return result.Count == 1 ? result[0]?.BaseObject is PSCustomObject ? result[0] : result[0]?.BaseObject : null;
    }

    private static bool IsNested(Ast ast, Ast root)
    {
        for (var parent = ast.Parent; parent is not null && parent != root; parent = parent.Parent)
        {
            if (parent is ScriptBlockExpressionAst or FunctionDefinitionAst)
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"(\$\{?)using:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UsingWord();

    /// <summary>The expression of a key, as a script has it.</summary>
    public static string TextOf(string key) => Encoding.Unicode.GetString(Convert.FromBase64String(key));

    /// <summary>The key that PowerShell uses for the value of an expression.</summary>
    public static string KeyOf(UsingExpressionAst ast)
    {
        // PowerShell's own rule: the case of variable names does not count, other expressions are taken as written.
        var text = ast.SubExpression is VariableExpressionAst ? ast.Extent.Text.ToLowerInvariant() : ast.Extent.Text;
        return Convert.ToBase64String(Encoding.Unicode.GetBytes(text));
    }
}
