using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ZProc.Benchmarks.Suite;

/// <summary>The figures of one run.</summary>
internal sealed record Report(Machine Machine, int Repetitions, IReadOnlyList<Row> Rows, IReadOnlyList<Allocation> Allocations)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the report as Markdown and as JSON.</summary>
    /// <param name="path">The path without its extension.</param>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path + ".md", ToMarkdown());
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(this, Json) + "\n");
    }

    /// <summary>The report as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Benchmarks

            `ZProc.Benchmarks all` writes this page. [`benchmarks/README.md`](../benchmarks/README.md) explains how each figure is measured.

            - Machine: {Machine}
            - Figures are medians of {Repetitions} repetitions. Compared figures are measured in turn. The ratio is the median of the
              {Repetitions} ratios, with the lowest and the highest ratio in brackets.

            """);
        foreach (var group in Rows.GroupBy(row => row.Group))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {char.ToUpperInvariant(group.Key[0])}{group.Key[1..]}\n\n");
            text.Append("| operation | ZProc | yardstick | its figure | ratio | budget | met |\n|---|--:|---|--:|--:|--:|---|\n");
            foreach (var row in group)
            {
                text.Append(Line(row));
            }
        }

        if (Allocations.Count > 0)
        {
            text.Append("""

                ## Allocations

                Managed memory for one operation, all threads of the process included (BenchmarkDotNet).

                | operation | bytes |
                |---|--:|

                """);
            foreach (var allocation in Allocations)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {allocation.Operation} | {allocation.Bytes:N0} |\n");
            }
        }

        return text.ToString();
    }

    private static string Line(Row row) => string.Create(CultureInfo.InvariantCulture, $"""
        | {(row.IsContinuation ? "" : row.What)} | {(row.IsContinuation ? "" : Figure(row.Median, row.Unit))} | {row.Yardstick} | {(row.YardstickMedian is { } its ? Figure(its, row.Unit) : "")} | {(row.Ratio is { } ratio ? $"{Short(ratio)} {Spread(row)}" : "")} | {row.Budget} | {(row.IsMet is { } met ? met ? "yes" : "**no**" : "")} |

        """);

    private static string Spread(Row row)
    {
        double[] ratios = [.. row.Figures.Zip(row.YardstickFigures!, (figure, yardstick) => figure / yardstick)];
        return $"({Short(ratios.Min())} to {Short(ratios.Max())})";
    }

    private static string Figure(double value, string unit) => $"{Short(value)} {unit}";

    /// <summary>Writes a figure with three digits: further digits would be noise.</summary>
    private static string Short(double value) => value.ToString(
        value switch { < 0.1 => "0.000", < 10 => "0.00", < 100 => "0.0", _ => "N0" }, CultureInfo.InvariantCulture);
}
