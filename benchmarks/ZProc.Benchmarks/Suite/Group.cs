namespace ZProc.Benchmarks.Suite;

/// <summary>Comparisons that are measured together, because they share a process and yardsticks.</summary>
internal abstract class Group
{
    /// <summary>The name, by which <c>--only</c> chooses groups.</summary>
    public abstract string Name { get; }

    /// <summary>The comparisons.</summary>
    public abstract IReadOnlyList<Comparison> Comparisons { get; }

    /// <summary>
    /// Measures all figures in turn, once for each repetition. Compared figures are measured side by side, so that a machine that is
    /// slower for a while is slower for both.
    /// </summary>
    public abstract void Measure(int repetitions, Figures figures);
}
