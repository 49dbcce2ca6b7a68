using System.Globalization;
using System.Text;

namespace ZProc.Benchmarks.Scale;

/// <summary>Small diagrams side by side, as SVG. Their colours are legible on a light and on a dark page.</summary>
internal static class Chart
{
    private const int Columns = 2;
    private const int Margin = 16;
    private const int Heading = 40;

    /// <summary>Draws the diagrams.</summary>
    public static string Draw(IEnumerable<(Panel Panel, ScalePart Part, PartResult Result)> panels)
    {
        var all = panels.ToArray();
        var width = (Columns * (PanelDrawing.Width + Margin)) + Margin;
        var height = Heading + ((all.Length + Columns - 1) / Columns * (PanelDrawing.Height + Margin)) + Margin;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{{width}}" height="{{height}}" viewBox="0 0 {{width}} {{height}}" role="img" aria-label="Growth curves: cost by number, both logarithmic">
            <style>
              text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #4d5560; }
              .title { font-size: 15px; font-weight: 600; }
              .grid, .frame { stroke: #8a94a0; fill: none; }
              .grid { stroke-opacity: 0.3; }
              .linear { stroke: #8a94a0; stroke-dasharray: 2 4; }
              .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
              @media (prefers-color-scheme: dark) { text { fill: #b8c0ca; } }
            </style>
            <text x="{{Margin}}" y="26">Cost by number, both axes logarithmic. The dotted lines have the slope of growth in proportion to n.</text>

            """);
        for (var i = 0; i < all.Length; i++)
        {
            var x = Margin + (i % Columns * (PanelDrawing.Width + Margin));
            var y = Heading + (i / Columns * (PanelDrawing.Height + Margin));
            text.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({x} {y})\">\n");
            new PanelDrawing(all[i].Panel, all[i].Part, all[i].Result).Draw(text);
            text.Append("</g>\n");
        }

        return text.Append("</svg>\n").ToString();
    }
}
