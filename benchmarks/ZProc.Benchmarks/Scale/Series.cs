using System.Text.Json.Serialization;

namespace ZProc.Benchmarks.Scale;

/// <summary>How a cost grows: a column of the table, and a curve.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">In what.</param>
/// <param name="Points">The figures, by growing n.</param>
internal sealed record Series(string Name, Unit Unit, List<Point> Points)
{
    /// <summary>The figure at the largest n.</summary>
    [JsonIgnore]
    public double Last => Points[^1].Value;

    /// <summary>How many times as much the largest n costs as the smallest.</summary>
    [JsonIgnore]
    public double Growth => Last / Points[0].Value;

    /// <summary>The same as text.</summary>
    [JsonIgnore]
    public string LastText => Quantity.Format(Last, Unit);
}
