using System.Globalization;
using System.Text;

namespace ZProc.Benchmarks.Scale;

/// <summary>One diagram: a log-log plot with its axes and, below, its legend.</summary>
internal sealed class PanelDrawing
{
    /// <summary>The width of a diagram, in pixels.</summary>
    public const int Width = 470;

    /// <summary>The height of a diagram, in pixels.</summary>
    public const int Height = 380;

    private const int Left = 76;
    private const int Right = Width - 14;
    private const int Top = 28;
    private const int Bottom = 264;
    private const int LegendColumns = 2;
    private const int LegendRow = 20;

    // The colours have a middle brightness. Each curve also has a mark of its own, for readers who cannot distinguish the colours.
    private static readonly (string Colour, string Mark)[] Styles =
    [
        ("#3f83d6", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"),
        ("#d9772b", "M-4 -4h8v8h-8z"),
        ("#2f9e6e", "M0 -5l5 9h-10z"),
        ("#c2569f", "M0 -5l5 5l-5 5l-5 -5z"),
        ("#8a6fd6", "M0 5l5 -9h-10z"),
        ("#a8921a", "M-4 -4l8 8m0 -8l-8 8"),
    ];

    private readonly Panel _panel;
    private readonly ScalePart _part;
    private readonly Series[] _series;
    private readonly LogAxis _across;
    private readonly LogAxis _up;

    public PanelDrawing(Panel panel, ScalePart part, PartResult result)
    {
        _panel = panel;
        _part = part;
        _series = [.. panel.Series.Select(name => result[name])];
        _across = new LogAxis(_series.SelectMany(series => series.Points).Select(point => point.N), Left, Right);
        _up = new LogAxis(_series.SelectMany(series => series.Points).Select(point => point.Value), Bottom, Top);
    }

    /// <summary>Adds the diagram to a drawing, at the origin.</summary>
    public void Draw(StringBuilder text)
    {
        DrawAxes(text);
        DrawLinear(text);
        for (var i = 0; i < _series.Length; i++)
        {
            DrawCurve(text, _series[i], Styles[i]);
            DrawLegend(text, _series[i].Name, i);
        }
    }

    private void DrawAxes(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{Left}\" y=\"16\">{_panel.Title}</text>\n");
        foreach (var tick in _across.Ticks)
        {
            var x = _across.At(tick);
            text.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{x:0.#} {Top}V{Bottom}\"/>");
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{Bottom + 16}\" text-anchor=\"middle\">{Quantity.Format(tick, _part.Counted)}</text>\n");
        }

        foreach (var tick in _up.Ticks)
        {
            var y = _up.At(tick);
            text.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {y:0.#}H{Right}\"/>");
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Quantity.Format(tick, _series[0].Unit)}</text>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"<path class=\"frame\" d=\"M{Left} {Top}V{Bottom}H{Right}\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Right) / 2}\" y=\"{Bottom + 34}\" text-anchor=\"middle\">{(_part.Counted == Unit.Bytes ? "bytes of state" : $"number of {_part.Name}")}</text>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {(Top + Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{_panel.Vertical}</text>\n");
    }

    /// <summary>Draws a line from the lower left corner of the plot that rises by a factor of ten for each factor of ten to the right, as far as there is room.</summary>
    private void DrawLinear(StringBuilder text)
    {
        var (n, value) = (_across.Ticks.First(), _up.Ticks.First());
        var factor = Math.Min(_across.Ticks.Last() / n, _up.Ticks.Last() / value);
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"linear\" d=\"M{_across.At(n):0.#} {_up.At(value):0.#}L{_across.At(n * factor):0.#} {_up.At(value * factor):0.#}\"/>\n");
    }

    private void DrawCurve(StringBuilder text, Series series, (string Colour, string Mark) style)
    {
        var points = series.Points.Where(point => point.Value > 0).Select(point => (X: _across.At(point.N), Y: _up.At(point.Value))).ToArray();
        var line = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#} {point.Y:0.#}")));
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"curve\" stroke=\"{style.Colour}\" d=\"M{line}\"/>");
        foreach (var (x, y) in points)
        {
            DrawMark(text, x, y, style);
        }

        text.Append('\n');
    }

    private static void DrawLegend(StringBuilder text, string name, int i)
    {
        var x = Left + (i % LegendColumns * ((Right - Left) / LegendColumns));
        var y = Bottom + 56 + (i / LegendColumns * LegendRow);
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"curve\" stroke=\"{Styles[i].Colour}\" d=\"M{x - 10} {y}h20\"/>");
        DrawMark(text, x, y, Styles[i]);
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 16}\" y=\"{y + 4}\">{name}</text>\n");
    }

    private static void DrawMark(StringBuilder text, double x, double y, (string Colour, string Mark) style) =>
        text.Append(CultureInfo.InvariantCulture, $"<path transform=\"translate({x:0.#} {y:0.#})\" fill=\"{style.Colour}\" stroke=\"{style.Colour}\" d=\"{style.Mark}\"/>");
}
