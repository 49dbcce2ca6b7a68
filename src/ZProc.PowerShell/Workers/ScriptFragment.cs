using System.Management.Automation.Language;
using System.Text;

namespace ZProc.Workers;

/// <summary>A piece of a script file, at its place in the file.</summary>
/// <param name="Text">The text.</param>
/// <param name="Line">The line on which it starts.</param>
/// <param name="Column">The column at which it starts.</param>
internal sealed record ScriptFragment(string Text, int Line, int Column)
{
    private bool IsUsing => Text.StartsWith("using", StringComparison.OrdinalIgnoreCase);

    /// <summary>The fragment that a part of a script is.</summary>
    public static ScriptFragment Of(Ast part) => new(part.Extent.Text, part.Extent.StartLineNumber, part.Extent.StartColumnNumber);

    /// <summary>
    /// Joins fragments of one file to a script that has nothing else, each of them at its place. The <c>using</c> lines come first, since
    /// the parser wants them there.
    /// </summary>
    public static string Join(IEnumerable<ScriptFragment> fragments)
    {
        var text = new StringBuilder();
        var (line, column) = (1, 1);
        foreach (var fragment in fragments
            .OrderByDescending(static fragment => fragment.IsUsing).ThenBy(static fragment => fragment.Line).ThenBy(static fragment => fragment.Column))
        {
            if (fragment.Line > line)
            {
                text.Append('\n', fragment.Line - line);
                (line, column) = (fragment.Line, 1);
            }
            else if (text.Length > 0)
            {
                text.Append(';');
                column++;
            }

            text.Append(' ', Math.Max(0, fragment.Column - column)).Append(fragment.Text);
            var lastLine = fragment.Text.LastIndexOf('\n');
            line += fragment.Text.Count(static character => character == '\n');
            column = lastLine < 0 ? Math.Max(column, fragment.Column) + fragment.Text.Length : fragment.Text.Length - lastLine;
        }

        return text.ToString();
    }
}
