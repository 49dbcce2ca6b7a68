using System.Globalization;

namespace ZProc.Benchmarks.Groups;

/// <summary>What a script measures in one session, all repetitions of it.</summary>
internal sealed class ScriptGroup(string name, string script, params IReadOnlyList<Comparison> comparisons) : Group
{
    public override string Name => name;

    public override IReadOnlyList<Comparison> Comparisons => comparisons;

    public override void Measure(int repetitions, Figures figures) =>
        ShellScript.Run(script, ["-Repetitions", repetitions.ToString(CultureInfo.InvariantCulture)], figures.Add);
}
