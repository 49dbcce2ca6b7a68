using System.Globalization;

namespace ZProc.Benchmarks.Scale;

/// <summary>The part about processes as runspaces of one session.</summary>
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
        One session starts all runspaces with `Start-ZProcess -As Runspace`, and all of them live at the same time. *{Start}*: from the command until
        the last runspace has counted itself in, divided by the number of runspaces. Then all of them wait for one key, which wakes them. Each
        adds one ten times with `Update-ZState -Increment` (*{Increment}*: the time divided by the number of all increments). When all have
        finished, each adds one in an atomic block (*{Atomic}*: likewise). *{End}*: until all have ended and are removed. *{Lost}*: the
        difference between the sums and the number of additions.
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
        // The line has a series, a bar and the number of runspaces.
        var parts = line.Split('|');
        var name = parts[0];
        var unit = name switch { Memory1 => Unit.Bytes, Threads or Lost => Unit.Count, _ => Unit.Time };
        result.Add(name, unit, double.Parse(parts[1], CultureInfo.InvariantCulture), value);
    });

    public override string Bend(PartResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"Only memory: each runspace has a thread and {result[Memory1].LastText}. {(result[Lost].Points.All(point => point.Value == 0) ? "No count is lost." : "Counts are lost!")}");

    public override string Explain(PartResult result) => string.Create(CultureInfo.InvariantCulture, $"""
        PowerShell itself takes most of the time and memory of a runspace: it opens the runspace with its session state, and compiles code that
        runs in it for the first time, such as the atomic block here in each runspace. The session had {result[Threads].LastText} threads at the most, and ended {Quantity.Format(Counts[^1], Unit.Count)} runspaces in
        {Quantity.Format(result[End].Last * Counts[^1], Unit.Time)}.

        With so many runspaces, the others may make more updates than the history keeps before the last one runs. If the awaited key
        changed once, that runspace still sees the change. If the key changed more often, as a counter does, the wait may end with
        `ZProc.Compacted`. In that case, count in another namespace, or keep more updates (`Start-ZProcContext -MaximumHistoryCount`).
        """);
}
