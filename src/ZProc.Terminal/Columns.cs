namespace ZProc.Terminal;

/// <summary>The columns of a list, laid out for a width.</summary>
internal sealed class Columns
{
    private readonly List<(int At, int Width, bool IsRight)> _shown = [];
    private readonly IReadOnlyList<Column> _columns;

    /// <param name="columns">The columns.</param>
    /// <param name="width">The width of the screen, in cells.</param>
    public Columns(IReadOnlyList<Column> columns, int width)
    {
        _columns = columns;
        var shown = Enumerable.Range(0, columns.Count).Where(at => width >= columns[at].HiddenBelow).ToList();
        var rest = width - (shown.Count - 1) - shown.Sum(at => columns[at].Width);
        var shares = shown.Sum(at => columns[at].Share);
        foreach (var at in shown)
        {
            var more = columns[at].Share == 0 ? 0 : Math.Max(0, rest) * columns[at].Share / shares;
            _shown.Add((at, columns[at].Width + more, columns[at].IsRight));
            rest -= more;
            shares -= columns[at].Share;
        }
    }

    /// <summary>The line with the titles.</summary>
    public Line Head(int width)
    {
        var line = new Line(width);
        foreach (var (at, cells, isRight) in _shown)
        {
            Separate(line).Add(PlainText.Fit(_columns[at].Title, cells, isRight), Styles.Head);
        }

        return line.Fill();
    }

    /// <summary>The line of a row.</summary>
    public Line Draw(Row row, int width, bool isSelected, bool isMarked)
    {
        var line = new Line(width);
        foreach (var (at, cells, isRight) in _shown)
        {
            var cell = at < row.Cells.Count ? row.Cells[at] : default;
            var style = isSelected ? Styles.Selected : isMarked ? Styles.Changed : Styles.Of(cell.Tone);
            if (line.Segments.Count > 0)
            {
                line.Add(" ", isSelected ? Styles.Selected : Styles.Of(Tone.Normal));
            }

            line.Add(PlainText.Fit(PlainText.Escape(cell.Text ?? string.Empty), cells, isRight), style);
        }

        return line.Fill(isSelected ? Styles.Selected : Styles.Of(Tone.Normal));
    }

    private static Line Separate(Line line) => line.Segments.Count > 0 ? line.Add(" ") : line;
}
