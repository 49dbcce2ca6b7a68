namespace ZProc.Benchmarks.Suite;

/// <summary>The measured figures: for each series one figure per repetition, in the order of the repetitions.</summary>
internal sealed class Figures
{
    private readonly Dictionary<string, List<double>> _series = [];

    /// <summary>Adds the figure of the next repetition.</summary>
    public void Add(string series, double figure)
    {
        if (!_series.TryGetValue(series, out var figures))
        {
            _series[series] = figures = [];
        }

        figures.Add(figure);
    }

    /// <summary>The figures of a series; empty when it was not measured here.</summary>
    public IReadOnlyList<double> Of(string series) => _series.TryGetValue(series, out var figures) ? figures : [];
}
