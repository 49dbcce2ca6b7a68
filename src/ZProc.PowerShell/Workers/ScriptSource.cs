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

    /// <summary>
    /// The <c>using module</c> lines of the file, where the text names a type of a module. Each script has them itself: a script with
    /// <c>using namespace</c> lines that runs in the same scope takes the modules' types from all others.
    /// </summary>
    public IReadOnlyList<ScriptFragment> Modules { get; init; } = [];

    /// <summary>The enums and classes that the text names and does not define itself.</summary>
    public IReadOnlyList<DefinedTypes> Types { get; init; } = [];

    /// <summary>The source of a script block.</summary>
    public static ScriptSource Of(ScriptBlock block)
    {
        if (block.Ast is FunctionDefinitionAst function)
        {
            return Of(function, block.File, FunctionText.BlockOf(function));
        }

        // A block's extent starts at the brace, its text one column later.
        var extent = block.Ast.Extent;
        var braces = extent.Text.StartsWith('{') ? 1 : 0;
        return Of(block.Ast, block.File, new ScriptFragment(block.ToString(), extent.StartLineNumber, extent.StartColumnNumber + braces));
    }

    /// <summary>The source of a part of a script.</summary>
    public static ScriptSource Of(Ast part, string? file) => Of(part, file, ScriptFragment.Of(part));

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
        var ast = Parse([.. Modules, .. Usings], out var errors);
        if (errors.Length > 0 && Modules.Count > 0)
        {
            ast = Parse(Usings, out errors); // a module that is not here matters only where the script needs it: see TypeScript
        }

        return errors.Length == 0 ? ast.GetScriptBlock() : throw new ParseException(errors);
    }

    private static ScriptSource Of(Ast part, string? file, ScriptFragment text)
    {
        var types = TypeSearch.For(part);
        var source = new ScriptSource(text.Text, file, text.Line, text.Column) { Types = types };
        var root = TypeSearch.RootOf(part);
        return root == part ? source : source with // a script of its own has its lines in its text
        {
            Usings = UsingsOf(root),
            Modules = types.Any(known => known.IsOfModules && known.File == root.Extent.File) ? UsingsOf(root, UsingStatementKind.Module) : [],
        };
    }

    private ScriptBlockAst Parse(IReadOnlyList<ScriptFragment> usings, out ParseError[] errors) =>
        Parser.ParseInput(ScriptFragment.Join([.. usings, new ScriptFragment(Text, Line, Column)]), File, out _, out errors);
}
