namespace ZProc.Benchmarks.Scale;

/// <summary>The figures that a part has measured.</summary>
internal sealed class PartResult
{
    /// <summary>The curves, in the order of the table's columns.</summary>
    public List<Series> Series { get; init; } = [];

    /// <summary>The curve with a name.</summary>
    public Series this[string name] => Series.Find(series => series.Name == name)
        ?? throw new InvalidOperationException($"Nothing was measured of '{name}'.");

    /// <summary>Adds a figure.</summary>
    public void Add(string name, Unit unit, double n, double value)
    {
        var series = Series.Find(series => series.Name == name);
        if (series is null)
        {
            Series.Add(series = new Series(name, unit, []));
        }

        series.Points.Add(new Point(n, value));
        Console.Error.WriteLine($"  n = {Quantity.Format(n, Unit.Count)}: {name} {Quantity.Format(value, unit)}");
    }
}
