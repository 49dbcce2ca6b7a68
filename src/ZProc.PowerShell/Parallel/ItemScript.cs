using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Errors;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>
/// A call's script block as a runspace runs it: one pipeline for all items, which ends early only where an item ends it. Each item
/// has a scope of its own, unless <see cref="SharedScope"/> finds that the difference cannot be seen.
/// </summary>
internal sealed class ItemScript
{
    // Variables that the block can see: long names, which scripts do not use.
    private const string Items = "ZProcItems";
    private const string Block = "ZProcBlock";
    private const string Arguments = "ZProcArguments";
    private const string Named = "ZProcNamed";

    private readonly ScriptBlock _block;
    private readonly string _caller;
    private readonly IReadOnlyList<object?> _arguments;
    private readonly IReadOnlyDictionary<string, object?> _using;

    /// <summary>Prepares a block.</summary>
    /// <param name="source">The block.</param>
    /// <param name="arguments">Its arguments by position.</param>
    /// <param name="usingValues">The values of its <c>$using:</c> expressions.</param>
    public ItemScript(ScriptSource source, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> usingValues)
    {
        _arguments = arguments;
        _using = usingValues;
        _block = source.ToScriptBlock();
        Parameters = ScriptParameters.Of(_block);
        var ast = (ScriptBlockAst)_block.Ast;
        var splat = (arguments.Count > 0 ? $" @{Arguments}" : string.Empty) + (Parameters.Count > 0 ? $" @{Named}" : string.Empty);
        if (ast is { BeginBlock: not null } or { ProcessBlock: not null } or { DynamicParamBlock: not null } or { EndBlock.Unnamed: false })
        {
            _caller = $"${Items} | & {{ process {{ , $_ | & ${Block}{splat} }} }}";
        }
        else if (SharedScope.IsSafe(ast))
        {
            _block = AsProcessBlock(ast);
            _caller = $"${Items} | & ${Block}{splat}";
        }
        else
        {
            _caller = $"${Items} | & {{ process {{ & ${Block}{splat} }} }}";
        }
    }

    /// <summary>The block's parameters.</summary>
    public ScriptParameters Parameters { get; }

    /// <summary>How many arguments by position the block gets.</summary>
    public int ArgumentCount => _arguments.Count;

    /// <summary>Whether an error's position is in the line that calls the block, rather than in the block.</summary>
    public static bool IsCaller(ErrorPosition position) => position.File is null && position.Text.Contains('$' + Block, StringComparison.Ordinal);

    /// <summary>Adds the block to a pipeline.</summary>
    /// <param name="shell">The pipeline.</param>
    /// <param name="items">The items.</param>
    /// <param name="named">Arguments by name, for some of <see cref="Parameters"/>.</param>
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

    private static ScriptBlock AsProcessBlock(ScriptBlockAst ast)
    {
        var body = ast.EndBlock;
        var statements = new StatementBlockAst(body.Extent, body.Statements.Select(statement => (StatementAst)statement.Copy()), traps: null);
        var process = new NamedBlockAst(body.Extent, TokenKind.Process, statements, unnamed: false);
        var usings = ast.UsingStatements.Select(static line => new UsingStatementAst(line.Extent, line.UsingStatementKind, (StringConstantExpressionAst)line.Name.Copy()));
        return new ScriptBlockAst(ast.Extent, usings, paramBlock: null, beginBlock: null, process, endBlock: null, dynamicParamBlock: null).GetScriptBlock();
    }
}
