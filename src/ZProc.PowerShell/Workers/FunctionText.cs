using System.Collections.ObjectModel;
using System.Management.Automation.Language;

namespace ZProc.Workers;

/// <summary>The text of a function as a script block, at its place in the file.</summary>
internal static class FunctionText
{
    private const string Param = "param(";
    private const string Process = "process {";

    /// <summary>The block that does what a function does: with the parameters that stand before the body, and, for a filter, once for each object.</summary>
    public static ScriptFragment BlockOf(FunctionDefinitionAst function)
    {
        var body = Inside(function.Body);
        if (function.IsFilter && function.Body.ProcessBlock is { Unnamed: true })
        {
            body = AsProcess(body, function.Body.ParamBlock is { } own ? own.Extent.EndOffset - function.Body.Extent.StartOffset - 1 : 0);
        }

        return function.Parameters is { Count: > 0 } parameters ? WithParameters(parameters, body) : body;
    }

    // The body without its braces.
    private static ScriptFragment Inside(ScriptBlockAst body) =>
        new(body.Extent.Text[1..^1], body.Extent.StartLineNumber, body.Extent.StartColumnNumber + 1);

    // The parser wants the parameters before the named block.
    private static ScriptFragment AsProcess(ScriptFragment body, int after) => new(
        $"{body.Text[..after]}{Process}{body.Text[after..]}\n}}", body.Line, after > 0 ? body.Column : Math.Max(1, body.Column - Process.Length));

    private static ScriptFragment WithParameters(ReadOnlyCollection<ParameterAst> parameters, ScriptFragment body)
    {
        var (first, last) = (parameters[0].Extent, parameters[^1].Extent);
        var list = first.StartScriptPosition.GetFullScript()[first.StartOffset..last.EndOffset];
        var lines = body.Line - last.EndLineNumber;
        var space = lines > 0
            ? new string('\n', lines) + new string(' ', body.Column - 1)
            : new string(' ', Math.Max(1, body.Column - last.EndColumnNumber - 1));
        return new ScriptFragment($"{Param}{list}){space}{body.Text}", first.StartLineNumber, Math.Max(1, first.StartColumnNumber - Param.Length));
    }
}
