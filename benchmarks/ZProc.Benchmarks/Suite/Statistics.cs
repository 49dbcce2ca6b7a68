namespace ZProc.Benchmarks.Suite;

/// <summary>Medians and percentiles, because single figures of a busy machine tell little.</summary>
internal static class Statistics
{
    /// <summary>The median: the middle figure, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The percentile: the figure that a share of all figures does not exceed.</summary>
    public static double Percentile(IEnumerable<double> figures, double share)
    {
        double[] sorted = [.. figures.Order()];
        return sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }
}
