namespace ZProc.Benchmarks.Suite;

/// <summary>Things that are measured together, as they share what they run in and their yardsticks.</summary>
internal abstract class Group
{
    /// <summary>What people call it, and choose it by.</summary>
    public abstract string Name { get; }

    /// <summary>What is held against what.</summary>
    public abstract IReadOnlyList<Comparison> Comparisons { get; }

    /// <summary>
    /// Measures everything, in turn, as many times as there are to be repetitions: what is compared is measured side by side,
    /// so that a machine that is slower for a while is slower for both.
    /// </summary>
    public abstract void Measure(int repetitions, Figures figures);
}
