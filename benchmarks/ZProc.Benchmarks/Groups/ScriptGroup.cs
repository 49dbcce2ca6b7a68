using System.Globalization;

namespace ZProc.Benchmarks.Groups;

/// <summary>Figures that a script measures in one session, with all repetitions.</summary>
internal sealed class ScriptGroup(string name, string script, params IReadOnlyList<Comparison> comparisons) : Group
{
    public override string Name => name;

    public override IReadOnlyList<Comparison> Comparisons => comparisons;

    public override void Measure(int repetitions, Figures figures) =>
        ShellScript.Run(script, ["-Repetitions", repetitions.ToString(CultureInfo.InvariantCulture)], figures.Add);
}
