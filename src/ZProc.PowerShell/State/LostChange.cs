using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Values;

namespace ZProc.State;

/// <summary>A change of a statement inside a value that the statement itself reads.</summary>
internal sealed class LostChange
{
    private static readonly HashSet<string> Mutators = new(StringComparer.OrdinalIgnoreCase)
    {
        "Add", "AddRange", "Insert", "InsertRange", "Remove", "RemoveAll", "RemoveAt", "RemoveRange", "Clear", "Reverse", "Sort", "SetValue", "set_Item", "TryAdd",
    };

    private readonly string? _key;
    private readonly ChangedPart? _part; // null where the statement sets something, and calls no method
    private readonly bool _isOfCommand;
    private readonly ScriptBlock _warning;

    /// <param name="key">The key that the statement reads; null where the text does not tell.</param>
    /// <param name="owner">The text of the expression that is read from; null for a command.</param>
    /// <param name="part">The part on which a method is called; null where none is.</param>
    private LostChange(string? key, string? owner, ChangedPart? part)
    {
        _key = key;
        _part = part;
        _isOfCommand = owner is null;
        _warning = ScriptBlock.Create(owner is null
            ? "Write-Warning $args[0]; $true"
            : $"if ($args[1].Invoke(({owner}))) {{ Write-Warning $args[0]; $true }}");
    }

    /// <summary>The changes in the text of a statement. Nested script blocks are statements of their own.</summary>
    public static LostChange[] In(string text)
    {
        var script = Parser.ParseInput(text, out _, out _);
        return [.. script.FindAll(static ast => ast is AssignmentStatementAst or UnaryExpressionAst or InvokeMemberExpressionAst or PipelineAst, searchNestedScriptBlocks: false)
            .SelectMany(HoldersIn)
            .SelectMany(static found => ReadsIn(found.Holder, found.Part))];
    }

    /// <summary>Whether the change can be one of a value that was read.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="reader">The state that it was read from; null for a command.</param>
    public bool IsOf(string key, object? value, ZState? reader) =>
        _isOfCommand == reader is null && (_key is null || _key.Equals(key, StringComparison.Ordinal)) && _part?.IsChangeable(value) != false;

    /// <summary>Warns, where the changed value comes from the state that was read. For the thread that runs the statement.</summary>
    /// <param name="message">The warning.</param>
    /// <param name="reader">The state that was read; null for a command.</param>
    /// <returns>Whether it comes from that state: the statement may read one state and change another.</returns>
    public bool Warn(string message, ZState? reader)
    {
        Predicate<object?> isReader = owner => BaseObject.Of(owner) is ZState state && state.ReadsAs(reader!);
        return _warning.Invoke(message, isReader) is [.., { BaseObject: true }];
    }

    /// <summary>The expressions whose value a statement changes inside; for a call, with the part on which the method is called.</summary>
    private static IEnumerable<(ExpressionAst Holder, ChangedPart? Part)> HoldersIn(Ast statement) => statement switch
    {
        AssignmentStatementAst assignment => Targets(assignment.Left).Select(Holder).OfType<ExpressionAst>().Select(static holder => (holder, (ChangedPart?)null)),
        UnaryExpressionAst { TokenKind: TokenKind.PlusPlus or TokenKind.MinusMinus or TokenKind.PostfixPlusPlus or TokenKind.PostfixMinusMinus } unary =>
            Holder(Plain(unary.Child)) is { } holder ? [(holder, null)] : [],
        InvokeMemberExpressionAst { Static: false, Member: StringConstantExpressionAst { Value: var name } } call when Mutators.Contains(name) => [(call.Expression, new ChangedPart(name))],
        PipelineAst { PipelineElements: [CommandExpressionAst first, CommandAst next, ..] } when next.GetCommandName() == "Add-Member" => [(first.Expression, null)],
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
    /// <param name="expression">The expression.</param>
    /// <param name="changed">The part on which a method is called; null where none is.</param>
    private static IEnumerable<LostChange> ReadsIn(ExpressionAst expression, ChangedPart? changed)
    {
        for (ExpressionAst? part = Plain(expression); part is not null; part = part is null ? null : Plain(part))
        {
            switch (part)
            {
                case InvokeMemberExpressionAst { Member: StringConstantExpressionAst { Value: "Get" or "SetDefault" } } call when IsOwner(call.Expression):
                    yield return new LostChange(call.Arguments is [StringConstantExpressionAst { Value: var key }, ..] ? key : null, call.Expression.Extent.Text, changed);
                    yield break;
                case InvokeMemberExpressionAst:
                    yield break;
                case MemberExpressionAst member:
                    if (IsOwner(member.Expression))
                    {
                        yield return new LostChange((member.Member as StringConstantExpressionAst)?.Value, member.Expression.Extent.Text, changed);
                    }

                    changed = changed?.Of(member);
                    part = member.Expression;
                    break;
                case IndexExpressionAst index:
                    if (IsOwner(index.Target))
                    {
                        yield return new LostChange((index.Index as StringConstantExpressionAst)?.Value, index.Target.Extent.Text, changed);
                    }

                    changed = changed?.Of(index);
                    part = index.Target;
                    break;
                case ParenExpressionAst { Pipeline: PipelineAst { PipelineElements: [CommandAst command] } } when command.GetCommandName() == "Get-ZState":
                    yield return new LostChange(null, null, changed);
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
