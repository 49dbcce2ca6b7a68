namespace ZProc.Benchmarks.Suite;

/// <summary>The measured figures: for each series one figure per repetition, in the order of the repetitions.</summary>
internal sealed class Figures
{
    private readonly Dictionary<string, List<double>> _series = [];
    private bool _isFirstRound;

    /// <summary>The rounds of a measurement: the first compiles the code and its figures do not count, then comes one for each repetition.</summary>
    /// <returns>For each round, whether it is the first.</returns>
    public IEnumerable<bool> Rounds(int repetitions)
    {
        _isFirstRound = true;
        yield return true;
        _isFirstRound = false;
        for (var i = 0; i < repetitions; i++)
        {
            yield return false;
        }
    }

    /// <summary>Adds the figure of the present repetition.</summary>
    public void Add(string series, double figure)
    {
        if (_isFirstRound)
        {
            return;
        }

        if (!_series.TryGetValue(series, out var figures))
        {
            _series[series] = figures = [];
        }

        figures.Add(figure);
    }

    /// <summary>The figures of a series; empty when it was not measured here.</summary>
    public IReadOnlyList<double> Of(string series) => _series.TryGetValue(series, out var figures) ? figures : [];
}
