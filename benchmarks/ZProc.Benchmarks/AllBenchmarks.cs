using System.Globalization;
using ZProc.Benchmarks.Groups;

namespace ZProc.Benchmarks;

/// <summary>The command that measures everything that has a budget, and writes the table.</summary>
internal static class AllBenchmarks
{
    private const int LeastRepetitions = 1;
    private const int DefaultRepetitions = 7;

    private static readonly Group[] Groups =
    [
        new LocalState(),
        new RemoteState(isEncrypted: false),
        new RemoteState(isEncrypted: true),
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
                    Console.Error.WriteLine($"'{options[i]} {value}' is not understood.");
                    return 64;
            }
        }

        var rows = new List<Row>();
        foreach (var group in Groups.Where(group => only is null || group.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            Console.Error.WriteLine($"Measuring: {group.Name}");
            var figures = new Figures();
            group.Measure(repetitions, figures);
            rows.AddRange(group.Comparisons.SelectMany(comparison => Row.Of(group.Name, comparison, figures)));
        }

        var report = new Report(Machine.Describe(), repetitions, rows, []);
        Console.WriteLine(report.ToMarkdown());
        if (output is not null || only is null)
        {
            report.Write(output ?? Path.Combine(Checkout.Root, "docs", "benchmarks"));
        }

        return 0;
    }
}
