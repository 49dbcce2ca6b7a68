using System.Text.Json.Serialization;

namespace ZProc.Benchmarks.Scale;

/// <summary>The growth of a cost: a column of the table, and a curve.</summary>
/// <param name="Name">The name of the cost.</param>
/// <param name="Unit">The unit of the figures.</param>
/// <param name="Points">The figures, in the order of n.</param>
internal sealed record Series(string Name, Unit Unit, List<Point> Points)
{
    /// <summary>The figure at the largest n.</summary>
    [JsonIgnore]
    public double Last => Points[^1].Value;

    /// <summary>The cost at the largest n, divided by the cost at the smallest n.</summary>
    [JsonIgnore]
    public double Growth => Last / Points[0].Value;

    /// <summary>The figure at the largest n, as text.</summary>
    [JsonIgnore]
    public string LastText => Quantity.Format(Last, Unit);
}
