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
    /// <summary>The source of a script block.</summary>
    public static ScriptSource Of(ScriptBlock block)
    {
        // A block's extent starts at the brace, its text one column later.
        var extent = block.Ast.Extent;
        var braces = extent.Text.StartsWith('{') ? 1 : 0;
        return new ScriptSource(block.ToString(), block.File, extent.StartLineNumber, extent.StartColumnNumber + braces);
    }

    /// <summary>The source of a script file.</summary>
    public static ScriptSource OfFile(string path) => new(System.IO.File.ReadAllText(path), path);

    /// <summary>The names of the parameters that a block declares, in their order; none for a block without a <c>param</c>.</summary>
    public static IReadOnlyList<string> ParametersOf(ScriptBlock block) =>
        [.. (block.Ast as ScriptBlockAst)?.ParamBlock?.Parameters.Select(parameter => parameter.Name.VariablePath.UserPath) ?? []];

    /// <summary>The script block, whose errors show where it was written.</summary>
    /// <exception cref="ParseException">The text is not valid PowerShell.</exception>
    public ScriptBlock ToScriptBlock()
    {
        var padding = new string('\n', Math.Max(0, Line - 1)) + new string(' ', Math.Max(0, Column - 1));
        var ast = Parser.ParseInput(padding + Text, File, out _, out var errors);
        return errors.Length == 0 ? ast.GetScriptBlock() : throw new ParseException(errors);
    }
}
