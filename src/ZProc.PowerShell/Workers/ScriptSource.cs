using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZProc.Workers;

/// <summary>A script as text, with the place where it was written: errors in a process show the caller's file and line.</summary>
/// <param name="Text">The text, without the braces around a script block.</param>
/// <param name="File">The file that holds the text; null for text that was typed.</param>
/// <param name="Line">The line of that file on which the text starts.</param>
/// <param name="Column">The column of that line on which the text starts.</param>
internal sealed record ScriptSource(string Text, string? File = null, int Line = 1, int Column = 1)
{
    /// <summary>The <c>using</c> lines of the file that apply to the text.</summary>
    public IReadOnlyList<ScriptFragment> Usings { get; init; } = [];

    /// <summary>The enums and classes that the text names and does not define itself.</summary>
    public IReadOnlyList<DefinedTypes> Types { get; init; } = [];

    /// <summary>The source of a script block.</summary>
    public static ScriptSource Of(ScriptBlock block)
    {
        // A block's extent starts at the brace, its text one column later.
        var extent = block.Ast.Extent;
        var braces = extent.Text.StartsWith('{') ? 1 : 0;
        return new ScriptSource(block.ToString(), block.File, extent.StartLineNumber, extent.StartColumnNumber + braces) { Usings = UsingsAround(block.Ast), Types = TypeSearch.For(block.Ast) };
    }

    /// <summary>The source of a part of a script.</summary>
    public static ScriptSource Of(Ast part, string? file) =>
        new(part.Extent.Text, file, part.Extent.StartLineNumber, part.Extent.StartColumnNumber) { Usings = UsingsAround(part), Types = TypeSearch.For(part) };

    /// <summary>The source of a script file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="script">The parsed file.</param>
    public static ScriptSource OfFile(string path, Ast script) => new(System.IO.File.ReadAllText(path), path) { Types = TypeSearch.For(script) };

    /// <summary>The <c>using</c> lines of a whole script that are of a kind; by default, those of namespaces and assemblies.</summary>
    public static IReadOnlyList<ScriptFragment> UsingsOf(Ast root, UsingStatementKind? kind = null) => root is not ScriptBlockAst script ? [] :
    [
        .. script.UsingStatements
            .Where(line => kind is null ? line.UsingStatementKind is UsingStatementKind.Namespace or UsingStatementKind.Assembly : line.UsingStatementKind == kind)
            .Select(ScriptFragment.Of),
    ];

    /// <summary>The names of the parameters that a block declares, in their order; none for a block without a <c>param</c>.</summary>
    public static IReadOnlyList<string> ParametersOf(ScriptBlock block) =>
        [.. (block.Ast as ScriptBlockAst)?.ParamBlock?.Parameters.Select(parameter => parameter.Name.VariablePath.UserPath) ?? []];

    /// <summary>The script block, whose errors show where it was written.</summary>
    /// <exception cref="ParseException">The text is not valid PowerShell.</exception>
    public ScriptBlock ToScriptBlock()
    {
        var ast = Parser.ParseInput(ScriptFragment.Join([.. Usings, new ScriptFragment(Text, Line, Column)]), File, out _, out var errors);
        return errors.Length == 0 ? ast.GetScriptBlock() : throw new ParseException(errors);
    }

    // A script of its own has its lines in its text.
    private static IReadOnlyList<ScriptFragment> UsingsAround(Ast part) => TypeSearch.RootOf(part) is var root && root != part ? UsingsOf(root) : [];
}
