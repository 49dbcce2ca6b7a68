namespace Microsoft.PowerShell.Commands;

/// <summary>The numbers of Measure-Object.</summary>
public sealed class GenericMeasureInfo
{
    public int Count { get; internal set; }

    public double? Average { get; internal set; }

    public double? Sum { get; internal set; }

    public object? Maximum { get; internal set; }

    public object? Minimum { get; internal set; }

    public double? StandardDeviation { get; internal set; }

    public string? Property { get; internal set; }
}
