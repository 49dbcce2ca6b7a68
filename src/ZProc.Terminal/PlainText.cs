using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ZProc.Terminal;

/// <summary>Texts as a terminal may show them: no character of a text can be a command to the terminal.</summary>
public static partial class PlainText
{
    private const int TabWidth = 4;

    /// <summary>The text with control characters, and characters that only change how others are shown, escaped.</summary>
    public static string Escape(string text)
    {
        var clean = 0;
        while (clean < text.Length && text[clean] is >= ' ' and <= '~')
        {
            clean++;
        }

        if (clean == text.Length)
        {
            return text;
        }

        var result = new StringBuilder(text, 0, clean, text.Length + 16);
        foreach (var rune in text.AsSpan(clean).EnumerateRunes())
        {
            Append(result, rune); // half of a surrogate pair is U+FFFD
        }

        return result.ToString();
    }

    /// <summary>A line of output: without the sequences that set colours, with tabs as blanks, and otherwise escaped.</summary>
    public static string Line(string text) =>
        Escape(text.Contains('\e', StringComparison.Ordinal) || text.Contains('\t', StringComparison.Ordinal)
            ? Colours().Replace(text, string.Empty).Replace("\t", new string(' ', TabWidth), StringComparison.Ordinal)
            : text);

    /// <summary>A number of things, with separators that are the same everywhere.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The width of an escaped text, in cells.</summary>
    internal static int WidthOf(string text) => new Segment(text).CellCount();

    /// <summary>An escaped text in exactly as many cells: cut with an ellipsis, or filled with blanks.</summary>
    internal static string Fit(string text, int width, bool isRight = false)
    {
        if (width <= 0)
        {
            return string.Empty;
        }

        var length = WidthOf(text);
        if (length > width)
        {
            text = (Segment.Truncate(new Segment(text), width - 1)?.Text ?? string.Empty) + "…";
            length = WidthOf(text);
        }

        var blanks = new string(' ', Math.Max(0, width - length));
        return isRight ? blanks + text : text + blanks;
    }

    /// <summary>An escaped text in as many lines as it needs.</summary>
    internal static IEnumerable<string> Wrap(string text, int width) =>
        text.Length == 0 ? [text] : Segment.SplitOverflow(new Segment(text), Overflow.Fold, Math.Max(1, width)).Select(part => part.Text);

    private static void Append(StringBuilder result, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                result.Append("\\n");
                break;
            case '\r':
                result.Append("\\r");
                break;
            case '\t':
                result.Append("\\t");
                break;
            case '\e':
                result.Append("\\e");
                break;
            default:
                if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                {
                    result.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
                }
                else
                {
                    result.Append(rune.ToString());
                }

                break;
        }
    }

    [GeneratedRegex("\\e\\[[0-9;:]*m", RegexOptions.CultureInvariant)]
    private static partial Regex Colours();
}
