namespace ZProc.Benchmarks;

/// <summary>Times of the same thing, in microseconds.</summary>
internal sealed class Sample
{
    private readonly double[] _sorted;

    public Sample(IEnumerable<double> microseconds)
    {
        _sorted = [.. microseconds];
        Array.Sort(_sorted);
    }

    public double Median => At(0.5);

    public double Percentile99 => At(0.99);

    private double At(double share) => _sorted[(int)Math.Min(_sorted.Length - 1, share * _sorted.Length)];
}
