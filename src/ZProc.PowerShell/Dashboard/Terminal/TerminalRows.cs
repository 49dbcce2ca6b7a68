using System.Globalization;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Servers;
using ZProc.Terminal;

namespace ZProc.Dashboard.Terminal;

/// <summary>The rows of the terminal's lists. No text of a row holds the secret of a connection string.</summary>
internal static class TerminalRows
{
    private const int ShownChanges = 8;
    private const int ChangeLength = 40;

    /// <summary>The line at the top.</summary>
    public static IReadOnlyList<Cell> Header(string context, DashboardSample sample) =>
    [
        Text(context, Tone.Title),
        $"seq {PlainText.Count(sample.Sequence)}",
        $"{sample.Commits.ToString(sample.Commits < 100 ? "0.#" : "N0", CultureInfo.InvariantCulture)} commits/s",
        sample.Clients is { } clients ? $"{clients} {(clients == 1 ? "client" : "clients")}" : "joined",
        $"{PlainText.Count(sample.Running)} of {PlainText.Count(sample.Total)} run",
        new Cell(string.Create(CultureInfo.InvariantCulture, $"{sample.Latency:0.0} ms"), Tone.Quiet),
    ];

    /// <summary>A process: those that run come first, then those that wait for their start. In each group the newest is at the top.</summary>
    public static Row Process(ProcessRecord record, ProcessFigures figures, int? id)
    {
        var status = record.Status;
        var group = status.HasEnded ? 2 : status.State == ProcessState.NotStarted ? 1 : 0;
        var age = (DateTime.MaxValue - (status.Started ?? DateTime.MinValue)).Ticks / TimeSpan.TicksPerMicrosecond;
        var order = (group * (DateTime.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond)) + age;
        return new Row(record.Key, order, record.Key, $"{record.Name}\n{status.State}\n{figures.LastLine}", () =>
        [
            Text(id?.ToString(CultureInfo.InvariantCulture) ?? "-", Tone.Quiet),
            Text(record.Name),
            Text(record.As, Tone.Quiet),
            Text(status.State.ToString(), ToneOf(status.State)),
            Text(status.Attempts.ToString(CultureInfo.InvariantCulture), status.Attempts > 1 ? Tone.Warning : Tone.Normal),
            Text(Processor(figures.Processor)),
            Text(Bytes(figures.Memory)),
            status.State is ProcessState.Failed or ProcessState.Lost ? Line(status.Error ?? figures.LastLine, Tone.Bad) : Line(figures.LastLine),
        ]);
    }

    /// <summary>A key.</summary>
    public static Row Entry(string key, Entry entry, long changed) => new(key, 0, key, key, () =>
    [
        Text(key),
        Text(DashboardText.Preview(entry.Value)),
        Text(entry.Revision.ToString(CultureInfo.InvariantCulture), Tone.Quiet),
        Text(Time(entry.Updated), Tone.Quiet),
    ]) { Changed = changed };

    /// <summary>An update: the newest one at the top.</summary>
    public static Row Update(Update update, long changed) => new(
        KeyOf(update), -update.Revision, string.Empty, $"{update.Source.Name}\n{string.Join('\n', update.Changes.Take(ShownChanges).Select(change => change.Key))}", () =>
        [
            Text(Time(update.Timestamp), Tone.Quiet),
            Text(update.Revision.ToString(CultureInfo.InvariantCulture), Tone.Quiet),
            Text(Who(update)),
            Text(update.RemovesNamespace ? "the namespace was removed" : string.Join(", ", update.Changes.Take(ShownChanges).Select(Change)) + (update.Changes.Count > ShownChanges ? $", … {update.Changes.Count} keys" : string.Empty)),
        ]) { Changed = changed };

    /// <summary>A watcher.</summary>
    public static Row Watcher(WatcherInfo watcher, string? runsIn) => new(
        watcher.Id.ToString(CultureInfo.InvariantCulture), watcher.Id, string.Empty, $"{watcher.Name}\n{watcher.Namespace}\n{watcher.Keys}", () =>
        [
            Text(watcher.Id.ToString(CultureInfo.InvariantCulture), Tone.Quiet),
            Text(watcher.Name),
            Text(watcher.Namespace),
            Text(watcher.Keys.Length == 0 ? "*" : watcher.Keys),
            Text(watcher.Condition),
            Text(watcher.Process is null ? "-" : runsIn ?? "a process"),
        ]);

    /// <summary>A context of this session.</summary>
    public static Row Context(ZProcContext context, bool isShown) => new(KeyOf(context), 0, context.Name, context.Name, () =>
    [
        Text("context", Tone.Quiet),
        Text(context.Name, isShown ? Tone.Title : Tone.Normal),
        Text(context.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "-"),
        Text(context.Namespace),
        Text(context.Endpoint),
    ]);

    /// <summary>A server with a process of its own.</summary>
    public static Row Server(ZProcServer server) => new(KeyOf(server), 1, server.Name, server.Name, () =>
    [
        Text("server", Tone.Quiet),
        Text(server.Name),
        Text(server.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "down"),
        Text("-"),
        Text(server.Endpoint),
    ]);

    /// <summary>The key of an update's row.</summary>
    public static string KeyOf(Update update) => update.Revision.ToString(CultureInfo.InvariantCulture);

    /// <summary>The key of a context's row.</summary>
    public static string KeyOf(ZProcContext context) => $"context {context.Name}";

    /// <summary>The key of a server's row.</summary>
    public static string KeyOf(ZProcServer server) => $"server {server.Name}";

    /// <summary>The maker of an update.</summary>
    public static string Who(Update update) => string.Create(CultureInfo.InvariantCulture, $"{update.Source.Name} ({update.Source.ProcessId})");

    /// <summary>A text without secrets.</summary>
    public static Cell Text(string? text, Tone tone = Tone.Normal) => new(DashboardText.Redact(text ?? string.Empty), tone);

    /// <summary>A line of output or of an error, without secrets and colours.</summary>
    public static Cell Line(string? text, Tone tone = Tone.Normal) => Text(PlainText.Line(text ?? string.Empty), tone);

    /// <summary>The tone of a state.</summary>
    public static Tone ToneOf(ProcessState state) => state switch
    {
        ProcessState.Running => Tone.Good,
        ProcessState.Failed or ProcessState.Lost => Tone.Bad,
        ProcessState.Stopped => Tone.Warning,
        ProcessState.NotStarted => Tone.Quiet,
        _ => Tone.Normal,
    };

    /// <summary>A share of a processor, in percent.</summary>
    public static string Processor(double? percent) => percent is { } value
        ? value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture)
        : "-";

    /// <summary>A size.</summary>
    public static string Bytes(long? bytes) => bytes switch
    {
        null => "-",
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} K"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.0} G"),
    };

    /// <summary>A time in UTC, as the time of day here.</summary>
    public static string Time(DateTime time) => time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Change(KeyChange change)
    {
        if (change.After is not { } value)
        {
            return $"{change.Key} removed";
        }

        var text = DashboardText.Preview(value);
        return $"{change.Key} = {(text.Length > ChangeLength ? text[..ChangeLength] + "…" : text)}";
    }
}
