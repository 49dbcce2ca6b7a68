using System.Diagnostics;

namespace ZProc.Benchmarks.Groups;

/// <summary>The first commands of a session. Each repetition is another session.</summary>
internal sealed class ImportAndStart : Group
{
    public override string Name => "import and start";

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("Import-Module ZProc", "ms", "import", Budget.AtMost(100), new Yardstick("bare session, start to end", "session")),
        new("Start-ZProcContext", "ms", "start context", Budget.AtMost(50), new Yardstick("bare session, start to end", "session")),
    ];

    public override void Measure(int repetitions, Figures figures)
    {
        for (var i = 0; i < repetitions; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            using (var session = Process.Start(Checkout.Shell, ["-NoProfile", "-NonInteractive", "-Command", "exit"]))
            {
                session.WaitForExit();
            }

            figures.Add("session", Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            ShellScript.Run("ImportAndStart.ps1", [], figures.Add);
        }
    }
}
