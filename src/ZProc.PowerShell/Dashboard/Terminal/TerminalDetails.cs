using System.Globalization;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Processes;
using ZProc.Servers;
using ZProc.Terminal;

namespace ZProc.Dashboard.Terminal;

/// <summary>The details of a row: lines that stay, and lines that scroll.</summary>
/// <param name="Head">The lines that stay.</param>
/// <param name="Body">The lines that scroll.</param>
internal sealed record TerminalDetails(IReadOnlyList<Cell> Head, IReadOnlyList<Cell> Body)
{
    private const int ShownAttempts = 5;
    private const int ShownKeys = 1000;

    /// <summary>A process and its newest output.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="figures">Its figures.</param>
    /// <param name="output">Its newest output; null for a process of another session.</param>
    public static TerminalDetails Of(ProcessRecord record, ProcessFigures figures, IReadOnlyList<OutputItem>? output)
    {
        var status = record.Status;
        List<Cell> head =
        [
            TerminalRows.Text($"State      {status.State}{(status.ExitCode is { } code ? $", exit code {code}" : "")}", TerminalRows.ToneOf(status.State)),
            TerminalRows.Text($"Runs in    {(record.As == nameof(ProcessKind.Runspace) ? "a runspace" : $"OS process {status.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "-"}")} on {record.Machine}, started by {record.ParentName}"),
            TerminalRows.Text($"Time       {Moment(status.Started)} to {Moment(status.Ended)}{(status.NextAttempt is { } next ? $", next attempt {Moment(next)}" : "")}"),
            TerminalRows.Text($"Usage      {TerminalRows.Processor(figures.Processor)} % CPU, {TerminalRows.Bytes(figures.Memory)} memory"),
            TerminalRows.Text($"Script     {PlainText.Line(record.Command.Trim().ReplaceLineEndings(" "))}"),
            TerminalRows.Text($"Attempts   {status.Attempts}"),
        ];
        foreach (var attempt in status.History.TakeLast(ShownAttempts))
        {
            head.Add(TerminalRows.Line(
                $"  {attempt.Number}. {Moment(attempt.Started)} to {Moment(attempt.Ended)}, exit code {attempt.ExitCode} {attempt.Error?.ReplaceLineEndings(" ")}", attempt.Error is null ? Tone.Quiet : Tone.Bad));
        }

        if (status.Error is { } error)
        {
            head.Add(TerminalRows.Line($"Error      {error.ReplaceLineEndings(" ")}", Tone.Bad));
        }

        head.Add(new Cell("Output", Tone.Title));
        IReadOnlyList<Cell> body = output switch
        {
            null => [new Cell("Another session started this process, and has its output.", Tone.Quiet)],
            [] => [new Cell("There is no output that has not been received.", Tone.Quiet)],
            _ => [.. output.Select(Line)],
        };
        return new TerminalDetails(head, body);
    }

    /// <summary>A value as a whole, up to a bound.</summary>
    public static TerminalDetails Of(EncodedValue value, string ns) => new(
        [TerminalRows.Text($"{value.Kind}, {TerminalRows.Bytes(value.Length)}, in the namespace {ns}", Tone.Quiet)],
        [.. ValueTree.Of(value).Split('\n').Select(line => TerminalRows.Text(line.TrimEnd('\r')))]);

    /// <summary>An update, with the values before and after.</summary>
    public static TerminalDetails Of(Update update) => new(
        [TerminalRows.Text($"{TerminalRows.Time(update.Timestamp)} by {TerminalRows.Who(update)}, revision {update.Revision} of {update.Namespace}, sequence {update.Sequence}", Tone.Quiet)],
        [.. update.Changes.Take(ShownKeys).SelectMany(Lines)]);

    /// <summary>A watcher.</summary>
    public static TerminalDetails Of(WatcherInfo watcher, string? runsIn) => new([],
    [
        TerminalRows.Text($"Name        {watcher.Name}"),
        TerminalRows.Text($"Namespace   {watcher.Namespace}"),
        TerminalRows.Text($"Keys        {(watcher.Keys.Length == 0 ? "all" : watcher.Keys)}"),
        TerminalRows.Text($"Condition   {watcher.Condition}"),
        TerminalRows.Text($"Action      {(watcher.Process is null ? "none" : $"runs in {runsIn ?? "a process"}")}"),
    ]);

    /// <summary>A context.</summary>
    public static TerminalDetails Of(ZProcContext context) => new([],
    [
        TerminalRows.Text($"Endpoint    {context.Endpoint}"),
        TerminalRows.Text($"Server      {(context.ProcessId is { } id ? $"OS process {id}{(context.IsOwner ? ", this session" : "")}" : "none of ZProc")}"),
        TerminalRows.Text($"Namespace   {context.Namespace}"),
        TerminalRows.Text($"On disk     {context.Path ?? "no"}"),
        TerminalRows.Text($"Processes   {context.Processes.All.Count} of this session"),
        TerminalRows.Text($"Watchers    {context.Watchers.All.Count()}"),
    ]);

    /// <summary>A server with a process of its own.</summary>
    public static TerminalDetails Of(ZProcServer server) => new([],
    [
        TerminalRows.Text($"Endpoint    {server.Endpoint}"),
        TerminalRows.Text($"Server      {(server.ProcessId is { } id ? $"OS process {id}" : "down: the next command that needs it starts it")}; started {TerminalRows.Time(server.StartTime)}"),
        TerminalRows.Text($"On disk     {server.Path ?? "no"}"),
        TerminalRows.Text($"Join it with Connect-ZProcContext -Name {server.Name}", Tone.Quiet),
    ]);

    private static IEnumerable<Cell> Lines(KeyChange change)
    {
        yield return TerminalRows.Text(change.Key, Tone.Title);
        yield return TerminalRows.Text($"  before  {(change.Before is { } before ? DashboardText.Preview(before) : "-")}");
        yield return TerminalRows.Text($"  after   {(change.After is { } after ? DashboardText.Preview(after) : "-")}");
    }

    private static Cell Line(OutputItem item) => TerminalRows.Line(DashboardText.Line(item), item.Kind switch
    {
        OutputKind.Error or OutputKind.Failure => Tone.Bad,
        OutputKind.Warning => Tone.Warning,
        OutputKind.Verbose or OutputKind.Debug => Tone.Quiet,
        _ => Tone.Normal,
    });

    private static string Moment(DateTime? time) => time is { } value ? TerminalRows.Time(value) : "-";
}
