using System.Globalization;

namespace ZProc.Benchmarks.Scale;

/// <summary>Processes as runspaces of one session.</summary>
internal sealed class RunspacesPart : ScalePart
{
    private const string Start = "start, each";
    private const string Increment = "increment";
    private const string Atomic = "atomic block";
    private const string End = "end, each";
    private const string Memory1 = "session, per runspace";
    private const string Threads = "session threads";
    private const string Lost = "counts lost";

    private static readonly int[] Counts = [10, 30, 100, 300, 1_000];

    public override string Name => "runspaces";

    public override string Method => $"""
        `Start-ZProcess -As Runspace` in one session, all alive at the same time. *{Start}*: from the command until the last of them has
        counted itself in, by the number of them. Then all wait for one key, which wakes them: each adds one ten times by `Update-ZState
        -Increment` (*{Increment}*: by the number of increments of all), and once all have done so, once more in an atomic block
        (*{Atomic}*, likewise). *{End}*: until all have ended and are removed. *{Lost}*: what the sums differ by from what was added.
        """;

    public override IReadOnlyList<Panel> Panels =>
    [
        new("Runspaces: time", "time", Start, Increment, Atomic, End),
        new("Runspaces: memory", "bytes per runspace", Memory1),
    ];

    public override IReadOnlyList<string> Costs => [Start, Increment, Atomic, End];

    public override IReadOnlyList<string> Memory => [Memory1];

    public override void Measure(PartResult result) => ShellScript.Run("ScaleRunspaces.ps1", ["-Count", string.Join(',', Counts)], (line, value) =>
    {
        // A series, a bar and how many runspaces there were.
        var parts = line.Split('|');
        var name = parts[0];
        var unit = name switch { Memory1 => Unit.Bytes, Threads or Lost => Unit.Count, _ => Unit.Time };
        result.Add(name, unit, double.Parse(parts[1], CultureInfo.InvariantCulture), value);
    });

    public override string Bend(PartResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"Nothing but memory: each has a thread and {result[Memory1].LastText}. {(result[Lost].Points.All(point => point.Value == 0) ? "No count is lost." : "Counts are lost!")}");

    public override string Explain(PartResult result) => string.Create(CultureInfo.InvariantCulture, $"""
        Most of what a runspace takes, in time and memory, is PowerShell's own: opening it with its session state, and compiling what runs
        in it for the first time, as the atomic block here does in each. The session had {result[Threads].LastText} threads at the most, and ended {Quantity.Format(Counts[^1], Unit.Count)} runspaces in
        {Quantity.Format(result[End].Last * Counts[^1], Unit.Time)}.

        With so many, one may get to run only after the others have made more updates than the history keeps. If the key that it waits for
        changed once, it still sees that. If it changed more often, as a counter does, the wait may end with `ZProc.Compacted`: count in a
        namespace of its own, or keep more (`Start-ZProcContext -MaximumHistoryCount`).
        """);
}
