using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ZProc.Terminal;

/// <summary>One line of the screen, put together from the left. It never gets wider than the screen.</summary>
internal sealed class Line
{
    private readonly int _width;
    private readonly List<Segment> _segments = [];
    private int _used;

    /// <param name="width">The width of the screen, in cells.</param>
    public Line(int width) => _width = width;

    /// <summary>The parts of the line.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>How many cells are left.</summary>
    public int Rest => _width - _used;

    /// <summary>Adds an escaped text, cut where the line ends.</summary>
    public Line Add(string text, Style? style = null)
    {
        if (text.Length == 0 || Rest <= 0)
        {
            return this;
        }

        var width = PlainText.WidthOf(text);
        if (width > Rest)
        {
            (text, width) = (PlainText.Fit(text, Rest), Rest);
        }

        _segments.Add(new Segment(text, style ?? Style.Plain));
        _used += width;
        return this;
    }

    /// <summary>Adds a cell.</summary>
    public Line Add(Cell cell) => Add(PlainText.Escape(cell.Text), Styles.Of(cell.Tone));

    /// <summary>Fills the line with blanks.</summary>
    public Line Fill(Style? style = null) => Add(new string(' ', Math.Max(0, Rest)), style);

    /// <summary>Whether two lines look the same.</summary>
    public bool LooksLike(Line other) => _segments.Count == other._segments.Count
        && _segments.Zip(other._segments).All(pair => pair.First.Text == pair.Second.Text && pair.First.Style.Equals(pair.Second.Style));

    /// <inheritdoc/>
    public override string ToString() => _segments.Aggregate(new StringBuilder(), (text, segment) => text.Append(segment.Text)).ToString();
}
