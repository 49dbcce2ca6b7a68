using System.Globalization;
using ZProc.Benchmarks.Allocations;
using ZProc.Benchmarks.Groups;

namespace ZProc.Benchmarks;

/// <summary>The command <c>all</c>: measures every figure with a budget, and writes the table.</summary>
internal static class AllBenchmarks
{
    private const int LeastRepetitions = 1;
    private const int DefaultRepetitions = 7;
    private const string AllocationsName = "allocations";

    private static readonly Group[] Groups =
    [
        new LocalState(),
        new RemoteState(isSealed: false),
        new RemoteState(isSealed: true),
        new Compare(),
        new DurableState(),
        new EngineState(),
        new ScriptGroup(
            "state, in a script",
            "StateAccess.ps1",
            new Comparison("read: $State.x", "µs", "script read", Budget.AtMost(10), new Yardstick("synchronized hashtable", "script table read")),
            new Comparison("write: $State.x = 1", "µs", "script write", null, new Yardstick("synchronized hashtable", "script table write")),
            new Comparison("Update-ZState n -Increment 1", "µs", "increment command", null),
            new Comparison("Update-ZState { $State.n++ }", "µs", "atomic block", null)),
        new WatchLatency(),
        new ScriptGroup(
            "idle watchers",
            "IdleWatchers.ps1",
            new Comparison("processor time of an idle session with 1,000 watchers, in 3 s", "ms", "idle with watchers", null, new Yardstick("the same without any", "idle"))),
        new ScriptGroup(
            "starting processes, to the first line of the script",
            "ProcessStart.ps1",
            new Comparison("Start-ZProcess, with a spare", "ms", "process spare", Budget.AtMost(30), new Yardstick("bare session, to its first line", "bare host"), new Yardstick("Start-Job", "start-job")),
            new Comparison("Start-ZProcess, without a spare", "ms", "process cold", null, new Yardstick("bare session, to its first line", "bare host"), new Yardstick("Start-Job", "start-job")),
            new Comparison("Start-ZProcess -As Runspace, with a spare", "ms", "runspace", Budget.AtMost(3), new Yardstick("bare runspace, opened and called", "bare runspace"), new Yardstick("Start-ThreadJob", "start-threadjob"))),
        new ScriptGroup(
            "parallel pipelines, for one item",
            "ParallelItems.ps1",
            new Comparison(
                "Invoke-ZParallel { $_ }, in order",
                "µs",
                "parallel",
                Budget.AtMost(5),
                new Yardstick("sequential ForEach-Object", "sequential"),
                new Yardstick("Split-Pipeline -Order", "split-pipeline"),
                new Yardstick("Invoke-Parallel (PSParallelPipeline)", "psparallelpipeline"),
                new Yardstick("ForEach-Object -Parallel", "foreach-parallel")),
            new Comparison("Invoke-ZParallel { $_ } -Unordered", "µs", "parallel unordered", null, new Yardstick("sequential ForEach-Object", "sequential")),
            new Comparison("Invoke-ZParallel { $_ } -As Process", "µs", "parallel processes", null, new Yardstick("sequential ForEach-Object", "sequential")),
            new Comparison(
                "Invoke-ZParallel, items that keep a core busy",
                "ms",
                "heavy parallel",
                Budget.AtMostTimes(1.05, "heavy sequential"),
                new Yardstick("sequential, divided by the cores", "heavy sequential"),
                new Yardstick("ForEach-Object -Parallel", "heavy foreach-parallel"))),
        new ImportAndStart(),
    ];

    public static int Run(string[] options)
    {
        var repetitions = DefaultRepetitions;
        string? only = null;
        string? output = null;
        for (var i = 0; i < options.Length; i += 2)
        {
            var value = i + 1 < options.Length ? options[i + 1] : "";
            switch (options[i])
            {
                case "--repetitions" when int.TryParse(value, CultureInfo.InvariantCulture, out repetitions) && repetitions >= LeastRepetitions:
                    break;
                case "--only" when value.Length > 0:
                    only = value;
                    break;
                case "--output" when value.Length > 0:
                    output = value;
                    break;
                default:
                    Console.Error.WriteLine($"The option '{options[i]} {value}' is unknown or has no valid value.");
                    return 64;
            }
        }

        var rows = new List<Row>();
        foreach (var group in Groups.Where(group => IsWanted(group.Name)))
        {
            Console.Error.WriteLine($"Measuring: {group.Name}");
            var figures = new Figures();
            group.Measure(repetitions, figures);
            rows.AddRange(group.Comparisons.SelectMany(comparison => Row.Of(group.Name, comparison, figures)));
        }

        IReadOnlyList<Allocation> allocations = [];
        if (IsWanted(AllocationsName))
        {
            Console.Error.WriteLine($"Measuring: {AllocationsName}");
            allocations = AllocationRun.Run();
        }

        var report = new Report(Machine.Describe(), repetitions, rows, allocations);
        Console.WriteLine(report.ToMarkdown());
        if (output is not null || only is null)
        {
            report.Write(output ?? Path.Combine(Checkout.Root, "docs", "benchmarks"));
        }

        return 0;

        bool IsWanted(string name) => only is null || name.Contains(only, StringComparison.OrdinalIgnoreCase);
    }
}
