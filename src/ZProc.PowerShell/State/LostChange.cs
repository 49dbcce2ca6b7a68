using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.State;

/// <summary>A change of a statement inside a value that the statement itself reads.</summary>
internal sealed class LostChange
{
    private static readonly HashSet<string> Mutators = new(StringComparer.OrdinalIgnoreCase)
    {
        "Add", "AddRange", "Insert", "InsertRange", "Remove", "RemoveAll", "RemoveAt", "RemoveRange", "Clear", "Reverse", "Sort", "SetValue", "set_Item", "TryAdd",
    };

    private readonly string? _key;
    private readonly ScriptBlock _warning;

    private LostChange(string? key, string? owner)
    {
        _key = key;
        _warning = ScriptBlock.Create(owner is null
            ? "Write-Warning $args[0]; $true"
            : $"if (({owner}) -is [{typeof(ZState).FullName}]) {{ Write-Warning $args[0]; $true }}");
    }

    /// <summary>The changes in the text of a statement. Nested script blocks are statements of their own.</summary>
    public static LostChange[] In(string text)
    {
        var script = Parser.ParseInput(text, out _, out _);
        return [.. script.FindAll(static ast => ast is AssignmentStatementAst or UnaryExpressionAst or InvokeMemberExpressionAst or PipelineAst, searchNestedScriptBlocks: false)
            .SelectMany(HoldersIn)
            .SelectMany(static holder => ReadsIn(holder))];
    }

    /// <summary>Whether the change can be one of the value of a key.</summary>
    public bool IsOf(string key) => _key is null || _key.Equals(key, StringComparison.Ordinal);

    /// <summary>Warns, where the changed value comes from a state. For the thread that runs the statement.</summary>
    /// <returns>Whether it comes from a state.</returns>
    public bool Warn(string message) => _warning.Invoke(message) is [.., { BaseObject: true }];

    /// <summary>The expressions whose value a statement changes inside.</summary>
    private static IEnumerable<ExpressionAst> HoldersIn(Ast statement) => statement switch
    {
        AssignmentStatementAst assignment => Targets(assignment.Left).Select(Holder).OfType<ExpressionAst>(),
        UnaryExpressionAst { TokenKind: TokenKind.PlusPlus or TokenKind.MinusMinus or TokenKind.PostfixPlusPlus or TokenKind.PostfixMinusMinus } unary =>
            Holder(Plain(unary.Child)) is { } holder ? [holder] : [],
        InvokeMemberExpressionAst { Static: false, Member: StringConstantExpressionAst { Value: var name } } call when Mutators.Contains(name) => [call.Expression],
        PipelineAst { PipelineElements: [CommandExpressionAst first, CommandAst next, ..] } when next.GetCommandName() == "Add-Member" => [first.Expression],
        _ => [],
    };

    private static IEnumerable<ExpressionAst> Targets(ExpressionAst left) => Plain(left) switch
    {
        ArrayLiteralAst several => several.Elements.SelectMany(Targets),
        var one => [one],
    };

    /// <summary>An expression without the brackets and types around it.</summary>
    private static ExpressionAst Plain(ExpressionAst expression) => expression switch
    {
        AttributedExpressionAst { Child: ExpressionAst inner } => Plain(inner),
        ParenExpressionAst { Pipeline: PipelineAst { PipelineElements: [CommandExpressionAst { Expression: var inner }] } } => Plain(inner),
        _ => expression,
    };

    private static ExpressionAst? Holder(ExpressionAst target) => target switch
    {
        InvokeMemberExpressionAst => null,
        MemberExpressionAst member => member.Expression,
        IndexExpressionAst index => index.Target,
        _ => null,
    };

    /// <summary>The reads of a key in an expression such as <c>$State.a.b['c']</c>: each of its parts may be one.</summary>
    private static IEnumerable<LostChange> ReadsIn(ExpressionAst expression)
    {
        for (ExpressionAst? part = Plain(expression); part is not null; part = part is null ? null : Plain(part))
        {
            switch (part)
            {
                case InvokeMemberExpressionAst { Member: StringConstantExpressionAst { Value: "Get" or "SetDefault" } } call when IsOwner(call.Expression):
                    yield return new LostChange(call.Arguments is [StringConstantExpressionAst { Value: var key }, ..] ? key : null, call.Expression.Extent.Text);
                    yield break;
                case InvokeMemberExpressionAst:
                    yield break;
                case MemberExpressionAst member:
                    if (IsOwner(member.Expression))
                    {
                        yield return new LostChange((member.Member as StringConstantExpressionAst)?.Value, member.Expression.Extent.Text);
                    }

                    part = member.Expression;
                    break;
                case IndexExpressionAst index:
                    if (IsOwner(index.Target))
                    {
                        yield return new LostChange((index.Index as StringConstantExpressionAst)?.Value, index.Target.Extent.Text);
                    }

                    part = index.Target;
                    break;
                case ParenExpressionAst { Pipeline: PipelineAst { PipelineElements: [CommandAst command] } } when command.GetCommandName() == "Get-ZState":
                    yield return new LostChange(null, null);
                    yield break;
                default:
                    yield break;
            }
        }
    }

    /// <summary>Whether an expression can be a state: a variable, or the property of that name. To read it again has no effect.</summary>
    private static bool IsOwner(ExpressionAst expression) => expression switch
    {
        InvokeMemberExpressionAst => false,
        VariableExpressionAst => true,
        MemberExpressionAst { Expression: VariableExpressionAst, Member: StringConstantExpressionAst { Value: var name } } => name.Equals("State", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
