using System.Text.Json.Serialization;

namespace ZProc.Benchmarks.Suite;

/// <summary>The outcome of a comparison with one yardstick, or without one.</summary>
internal sealed class Row
{
    private Row(string group, Comparison comparison, IReadOnlyList<double> figures)
    {
        Group = group;
        What = comparison.What;
        Unit = comparison.Unit;
        Figures = figures;
        Median = Statistics.Median(figures);
    }

    public string Group { get; }

    public string What { get; }

    public string Unit { get; }

    public double Median { get; }

    /// <summary>One per repetition.</summary>
    public IReadOnlyList<double> Figures { get; }

    public string? Yardstick { get; private init; }

    public double? YardstickMedian { get; private init; }

    /// <summary>One per repetition.</summary>
    public IReadOnlyList<double>? YardstickFigures { get; private init; }

    /// <summary>The median of the ratios of the pairs.</summary>
    public double? Ratio { get; private init; }

    /// <summary>The budget of this row; null where there is none, or where another row of the same comparison has it.</summary>
    public string? Budget { get; private set; }

    public bool? IsMet { get; private set; }

    /// <summary>Whether the row belongs to the same comparison as the row above.</summary>
    [JsonIgnore]
    public bool IsContinuation { get; private set; }

    /// <summary>Makes a row for each yardstick that was measured, and none when the operation itself was not.</summary>
    public static IEnumerable<Row> Of(string group, Comparison comparison, Figures measured)
    {
        var figures = measured.Of(comparison.Series);
        if (figures.Count == 0)
        {
            return [];
        }

        List<Row> rows = [.. comparison.Yardsticks.Where(yardstick => measured.Of(yardstick.Series).Count > 0).Select(Against)];
        if (rows.Count == 0)
        {
            rows.Add(new Row(group, comparison, figures));
        }

        if (comparison.Budget is { } budget
            && (budget.Yardstick is null ? rows[0] : rows.Find(row => row.Yardstick == comparison.Yardsticks.First(one => one.Series == budget.Yardstick).What)) is { } judge)
        {
            judge.Budget = budget.Describe(comparison.Unit);
            judge.IsMet = (budget.Yardstick is null ? judge.Median : judge.Ratio) <= budget.Limit;
        }

        foreach (var row in rows.Skip(1))
        {
            row.IsContinuation = true;
        }

        return rows;

        Row Against(Yardstick yardstick)
        {
            double[] shares = [.. measured.Of(yardstick.Series).Select(figure => figure * yardstick.Share)];
            return new Row(group, comparison, figures)
            {
                Yardstick = yardstick.What,
                YardstickMedian = Statistics.Median(shares),
                YardstickFigures = shares,
                Ratio = Statistics.Median(figures.Zip(shares, (figure, share) => figure / share)),
            };
        }
    }
}
