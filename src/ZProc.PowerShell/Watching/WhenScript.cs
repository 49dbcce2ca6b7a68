using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;
using ZProc.Core.Values;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Watching;

/// <summary>The script of <c>-When</c>, in a form that another runspace or process can rebuild.</summary>
/// <param name="Text">The script's text, with a variable in place of each <c>$using:</c> expression.</param>
/// <param name="Variables">The values of those variables and of those that the block closed over, by name. In this process they are the caller's own objects.</param>
/// <param name="Arguments">The script's arguments, encoded.</param>
internal sealed record WhenScript(string Text, IReadOnlyDictionary<string, object?> Variables, IReadOnlyList<EncodedValue> Arguments)
{
    private const string UsingPrefix = "__using";

    /// <summary>Makes one from a block in the caller's session.</summary>
    /// <exception cref="Core.FaultException">InvalidArgument: a <c>$using:</c> variable does not exist in the session. ValueNotSupported: an argument cannot be encoded.</exception>
    public static WhenScript Of(ScriptBlock block, SessionState session, object?[]? arguments)
    {
        var (values, closure) = BlockValues.Of(session, block);
        var variables = new Dictionary<string, object?>(closure);
        var text = new StringBuilder(block.Ast.Extent.Text);
        foreach (var use in block.Ast.FindAll(ast => ast is UsingExpressionAst, searchNestedScriptBlocks: true)
            .OrderByDescending(ast => ast.Extent.StartOffset))
        {
            if (values.TryGetValue(UsingValues.KeyOf((UsingExpressionAst)use), out var value))
            {
                var name = $"{UsingPrefix}{variables.Count}";
                variables.Add(name, value);
                text.Remove(use.Extent.StartOffset - block.Ast.Extent.StartOffset, use.Extent.Text.Length)
                    .Insert(use.Extent.StartOffset - block.Ast.Extent.StartOffset, $"${{{name}}}");
            }
        }

        var script = text.ToString();
        var isBraced = block.Ast.Extent.Text.StartsWith('{');
        var usings = string.Concat(ScriptSource.Of(block).Usings.Select(static line => line.Text + "; "));
        return new WhenScript(
            usings + (isBraced ? script[1..^1] : script), variables, (arguments ?? []).Select(value => StartValues.Encode(value, "-ArgumentList")).ToArray());
    }

    /// <summary>Whether the script's text has variables in place of <c>$using:</c> expressions.</summary>
    public bool HasUsing => Variables.Keys.Any(static name => name.StartsWith(UsingPrefix, StringComparison.Ordinal));

    /// <summary>The same script, with copies of what belongs to the caller's runspace.</summary>
    /// <exception cref="Core.FaultException">ValueNotSupported: a value is of no use in another runspace.</exception>
    public WhenScript ForRunspace() => this with { Variables = Variables.ToDictionary(static pair => pair.Key, static pair => RunspaceCopy.Of(pair.Value, "A value of -When")) };

    /// <summary>The arguments of a call: those of <c>-ArgumentList</c>, or else the namespace.</summary>
    /// <param name="snapshot">The namespace.</param>
    public object?[] ArgumentsFor(object snapshot) =>
        Arguments.Count == 0 ? [snapshot] : [.. Arguments.Select(value => StartValues.Decode(value))];
}
