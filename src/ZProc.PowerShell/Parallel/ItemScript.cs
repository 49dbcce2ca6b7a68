using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation;
using ZProc.Errors;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>
/// A call's script block as a runspace runs it: one pipeline for all items, which ends only where an item ends it. Each
/// item has a scope of its own, unless the block is so simple that nobody could tell.
/// </summary>
internal sealed class ItemScript
{
    // They are seen from inside the block, so they have names that nobody uses.
    private const string Items = "ZProcItems";
    private const string Block = "ZProcBlock";
    private const string Arguments = "ZProcArguments";
    private const string Named = "ZProcNamed";

    private readonly ScriptBlock _block;
    private readonly string _caller;
    private readonly IReadOnlyList<object?> _arguments;
    private readonly IReadOnlyDictionary<string, object?> _using;

    /// <summary>Makes it.</summary>
    /// <param name="source">The block.</param>
    /// <param name="arguments">Its arguments by position.</param>
    /// <param name="usingValues">The values of its <c>$using:</c> expressions.</param>
    public ItemScript(ScriptSource source, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> usingValues)
    {
        _arguments = arguments;
        _using = usingValues;
        var block = source.ToScriptBlock();
        var ast = (ScriptBlockAst)block.Ast;
        Declared = ScriptSource.ParametersOf(block);
        var splat = (arguments.Count > 0 ? $" @{Arguments}" : string.Empty) + (Declared.Count > 0 ? $" @{Named}" : string.Empty);
        if (ast is { BeginBlock: not null } or { ProcessBlock: not null } or { DynamicParamBlock: not null } or { EndBlock.Unnamed: false })
        {
            _block = block;
            _caller = $"${Items} | & {{ process {{ , $_ | & ${Block}{splat} }} }}";
        }
        else if (Declared.Count > 0 || NeedsScope(ast))
        {
            _block = block;
            _caller = $"${Items} | & {{ process {{ & ${Block}{splat} }} }}";
        }
        else
        {
            _block = AsProcessBlock(ast);
            _caller = $"${Items} | & ${Block}{splat}";
        }
    }

    /// <summary>The names of the block's parameters.</summary>
    public IReadOnlyList<string> Declared { get; }

    /// <summary>Whether a place is not the block's, but that of what calls it.</summary>
    public static bool IsCaller(ErrorPosition position) => position.File is null && position.Text.Contains('$' + Block, StringComparison.Ordinal);

    /// <summary>Adds it to a pipeline.</summary>
    /// <param name="shell">The pipeline.</param>
    /// <param name="items">The items.</param>
    /// <param name="named">Arguments by name, of those that are <see cref="Declared"/>.</param>
    public void AddTo(PowerShell shell, IEnumerable items, IDictionary named)
    {
        shell.AddScript($"param(${Items}, ${Block}, ${Arguments}, ${Named}) {_caller}", useLocalScope: true)
            .AddArgument(items)
            .AddArgument(_block)
            .AddArgument(_arguments.ToArray())
            .AddArgument(named);
        if (UsingValues.ToTable(_using) is { } table)
        {
            shell.AddParameter(UsingValues.Parameter, table);
        }
    }

    /// <summary>Whether the block could set a variable, which the next item must not see.</summary>
    private static bool NeedsScope(ScriptBlockAst ast) => ast.Find(
        static node => node is AssignmentStatementAst or CommandAst or LoopStatementAst or LabeledStatementAst or FunctionDefinitionAst
            or TrapStatementAst or DataStatementAst or TypeDefinitionAst or UsingStatementAst or InvokeMemberExpressionAst or ConvertExpressionAst
            or UnaryExpressionAst { TokenKind: TokenKind.PlusPlus or TokenKind.MinusMinus or TokenKind.PostfixPlusPlus or TokenKind.PostfixMinusMinus }
            or BinaryExpressionAst { Operator: TokenKind.Imatch or TokenKind.Cmatch or TokenKind.Inotmatch or TokenKind.Cnotmatch },
        searchNestedScriptBlocks: true) is not null;

    private static ScriptBlock AsProcessBlock(ScriptBlockAst ast)
    {
        var body = ast.EndBlock;
        var statements = new StatementBlockAst(body.Extent, body.Statements.Select(statement => (StatementAst)statement.Copy()), traps: null);
        var process = new NamedBlockAst(body.Extent, TokenKind.Process, statements, unnamed: false);
        return new ScriptBlockAst(ast.Extent, paramBlock: null, beginBlock: null, process, endBlock: null, dynamicParamBlock: null).GetScriptBlock();
    }
}
