using System.Management.Automation.Language;

namespace ZProc.Parallel;

/// <summary>
/// Decides whether all items may run a script block in one scope. They may where no item can leave a variable, function, type or
/// alias in that scope for the next one. Only what is known to be safe counts: a block with anything else gets a scope for each item.
/// </summary>
internal static class SharedScope
{
    // By name, as the types of newer PowerShell versions are not in the library that the module compiles against. An exact name
    // leaves out derived types: a method call is a MemberExpressionAst too, and can set variables through the engine's objects.
    private static readonly HashSet<string> SafeNodes =
    [
        nameof(NamedBlockAst), nameof(StatementBlockAst), nameof(PipelineAst), "PipelineChainAst", nameof(CommandExpressionAst),
        nameof(IfStatementAst), "TernaryExpressionAst", nameof(TryStatementAst), nameof(CatchClauseAst), nameof(TypeConstraintAst),
        nameof(ReturnStatementAst), nameof(BreakStatementAst), nameof(ContinueStatementAst), nameof(ExitStatementAst), nameof(ThrowStatementAst),
        nameof(ConstantExpressionAst), nameof(StringConstantExpressionAst), nameof(ExpandableStringExpressionAst), nameof(TypeExpressionAst),
        nameof(VariableExpressionAst), nameof(UsingExpressionAst), nameof(MemberExpressionAst), nameof(IndexExpressionAst),
        nameof(ArrayExpressionAst), nameof(ArrayLiteralAst), nameof(HashtableAst), nameof(ParenExpressionAst), nameof(SubExpressionAst),
    ];

    // Assignment is a statement of its own, but ++ and -- are operators.
    private static readonly HashSet<TokenKind> SafeUnaryOperators =
    [
        TokenKind.Not, TokenKind.Exclaim, TokenKind.Minus, TokenKind.Plus, TokenKind.Bnot, TokenKind.Comma, TokenKind.Join, TokenKind.Isplit, TokenKind.Csplit,
    ];

    // Without -match, which sets $Matches. -replace and -split are judged by their operand.
    private static readonly HashSet<TokenKind> SafeBinaryOperators =
    [
        TokenKind.Plus, TokenKind.Minus, TokenKind.Multiply, TokenKind.Divide, TokenKind.Rem, TokenKind.Format, TokenKind.Join, TokenKind.DotDot,
        TokenKind.And, TokenKind.Or, TokenKind.Xor, TokenKind.Band, TokenKind.Bor, TokenKind.Bxor, TokenKind.Shl, TokenKind.Shr,
        TokenKind.Is, TokenKind.IsNot, TokenKind.As,
        TokenKind.Ieq, TokenKind.Ine, TokenKind.Igt, TokenKind.Ige, TokenKind.Ilt, TokenKind.Ile,
        TokenKind.Ceq, TokenKind.Cne, TokenKind.Cgt, TokenKind.Cge, TokenKind.Clt, TokenKind.Cle,
        TokenKind.Ilike, TokenKind.Inotlike, TokenKind.Clike, TokenKind.Cnotlike,
        TokenKind.Icontains, TokenKind.Inotcontains, TokenKind.Ccontains, TokenKind.Cnotcontains,
        TokenKind.Iin, TokenKind.Inotin, TokenKind.Cin, TokenKind.Cnotin,
    ];

    private static readonly HashSet<string> SafeOperatorNames = ["QuestionQuestion"]; // ??, of PowerShell 7

    // Not [ref], which is a way to a variable, and no type whose constructor or parser is a script.
    private static readonly HashSet<string> SafeConversions = new(StringComparer.OrdinalIgnoreCase)
    {
        "bool", "byte", "char", "datetime", "decimal", "double", "float", "guid", "int", "int16", "int32", "int64", "long", "sbyte", "short", "single",
        "string", "timespan", "uint", "uint16", "uint32", "uint64", "ulong", "ushort", "version",
    };

    /// <summary>Whether the items may share a scope.</summary>
    /// <param name="block">A block without parameters, whose only part is an unnamed one.</param>
    public static bool IsSafe(ScriptBlockAst block) =>
        block is { ParamBlock: null, EndBlock: not null } && block.UsingStatements.All(static line => line.UsingStatementKind == UsingStatementKind.Namespace) && block.ScriptRequirements is null
        && block.EndBlock.Find(static node => !IsSafeNode(node), searchNestedScriptBlocks: true) is null;

    private static bool IsSafeNode(Ast node) => node switch
    {
        UnaryExpressionAst unary => SafeUnaryOperators.Contains(unary.TokenKind),
        BinaryExpressionAst { Operator: TokenKind.Ireplace or TokenKind.Creplace or TokenKind.Isplit or TokenKind.Csplit } binary => IsText(binary.Right),
        BinaryExpressionAst binary => SafeBinaryOperators.Contains(binary.Operator) || SafeOperatorNames.Contains(binary.Operator.ToString()),
        ConvertExpressionAst conversion => conversion.Type.TypeName is TypeName { Name: var name } && SafeConversions.Contains(name),
        _ => SafeNodes.Contains(node.GetType().Name),
    };

    // Any other operand may be a script block, which -replace runs in the current scope.
    private static bool IsText(ExpressionAst operand) => operand switch
    {
        ArrayLiteralAst list => list.Elements.All(IsText),
        _ => operand is ConstantExpressionAst or ExpandableStringExpressionAst,
    };
}
