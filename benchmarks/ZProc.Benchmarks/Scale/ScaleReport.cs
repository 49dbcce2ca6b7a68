using System.Globalization;
using System.Text;

namespace ZProc.Benchmarks.Scale;

/// <summary>The page about one run.</summary>
internal static class ScaleReport
{
    /// <summary>Writes <c>docs/scale.md</c> and <c>docs/scale.svg</c> of the checkout.</summary>
    public static void Write(IReadOnlyList<ScalePart> parts, IReadOnlyList<PartResult> results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Scale

            This page shows what large numbers of clients, runspaces, namespaces, keys and bytes cost, and what limits them. The command
            `ZProc.Benchmarks scale` writes the page and its curves.

            - Machine: {Machine.Describe()}
            - Figures are medians of at least five repetitions, except for memory and for operations that take seconds. The factor in brackets
              compares the figure with the one at the smallest n of the part's own table.

            | part | n | operations | memory | limits |
            |---|--:|---|---|---|

            """);
        foreach (var (part, result) in parts.Zip(results))
        {
            text.Append(Line(part, result));
        }

        text.Append("\n![Growth curves](scale.svg)\n");
        foreach (var (part, result) in parts.Zip(results))
        {
            text.Append('\n').Append(Section(part, result));
        }

        var folder = Path.Combine(Checkout.Root, "docs");
        File.WriteAllText(Path.Combine(folder, "scale.md"), text.ToString());
        File.WriteAllText(Path.Combine(folder, "scale.svg"), Chart.Draw(parts.Zip(results).SelectMany(pair => pair.First.Panels.Select(panel => (panel, pair.First, pair.Second)))));
    }

    /// <summary>The section of one part.</summary>
    public static string Section(ScalePart part, PartResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {char.ToUpperInvariant(part.Name[0])}{part.Name[1..]}\n\n{part.Method}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| {part.Name} | {string.Join(" | ", result.Series.Select(series => series.Name))} |\n");
        text.Append("|--:|").Insert(text.Length, "--:|", result.Series.Count).Append('\n');
        foreach (var n in result.Series.SelectMany(series => series.Points).Select(point => point.N).Distinct().Order())
        {
            var cells = result.Series.Select(series => series.Points.Find(point => point.N == n) is { } point ? Quantity.Format(point.Value, series.Unit) : "");
            text.Append(CultureInfo.InvariantCulture, $"| {Quantity.Format(n, part.Counted)} | {string.Join(" | ", cells)} |\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n{part.Explain(result)}\n").ToString();
    }

    private static string Line(ScalePart part, PartResult result)
    {
        var largest = result.Series.Max(series => series.Points[^1].N);
        var costs = part.Costs.Select(name => result[name]).Select(series => $"{series.Name} {series.LastText} (×{Growth(series.Growth)})");
        var memory = part.Memory.Select(name => result[name]).Select(series => $"{series.Name} {series.LastText}");
        return $"| {part.Name} | {Quantity.Format(largest, part.Counted)} | {string.Join("; ", costs)} | {string.Join("; ", memory)} | {part.Bend(result)} |\n";
    }

    private static string Growth(double growth) => growth.ToString(growth switch { < 1 => "0.00", < 10 => "0.0", _ => "N0" }, CultureInfo.InvariantCulture);
}
