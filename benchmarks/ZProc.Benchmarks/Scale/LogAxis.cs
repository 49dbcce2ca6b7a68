namespace ZProc.Benchmarks.Scale;

/// <summary>A logarithmic axis over whole decades.</summary>
internal sealed class LogAxis
{
    private readonly int _first;
    private readonly int _last;
    private readonly double _from;
    private readonly double _to;

    /// <param name="values">The values that the axis has to show.</param>
    /// <param name="from">The place of the beginning of the first decade on the drawing.</param>
    /// <param name="to">The place of the end of the last decade.</param>
    public LogAxis(IEnumerable<double> values, double from, double to)
    {
        var positive = values.Where(value => value > 0).ToArray();
        _first = (int)Math.Floor(Math.Log10(positive.Min()) + 1e-9);
        _last = Math.Max(_first + 1, (int)Math.Ceiling(Math.Log10(positive.Max()) - 1e-9));
        _from = from;
        _to = to;
    }

    /// <summary>The decades.</summary>
    public IEnumerable<double> Ticks => Enumerable.Range(_first, _last - _first + 1).Select(exponent => Math.Pow(10, exponent));

    /// <summary>The place of a value on the drawing.</summary>
    public double At(double value) => _from + ((Math.Log10(value) - _first) / (_last - _first) * (_to - _from));
}
