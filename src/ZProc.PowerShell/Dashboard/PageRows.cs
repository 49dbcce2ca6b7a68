using System.Text.Json;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Dashboard;

/// <summary>The rows of the page's tables, as JSON arrays.</summary>
internal static class PageRows
{
    private const int ShownAttempts = 20;

    /// <summary>A process: id, name, kind, state, OS process, attempts, start, end, next attempt, exit code, error, parent, name of the parent, machine, script, attempts that ended.</summary>
    public static void Process(Utf8JsonWriter json, ProcessRecord record)
    {
        var status = record.Status;
        json.WriteStartArray();
        json.Text(record.Key);
        json.Text(record.Name);
        json.Text(record.As);
        json.Text(status.State.ToString());
        json.Number(status.ProcessId);
        json.Number(status.Attempts);
        json.Time(status.Started);
        json.Time(status.Ended);
        json.Time(status.NextAttempt);
        json.Number(status.ExitCode);
        json.Text(status.Error);
        json.Text(ProcessRecord.KeyOf(record.Parent));
        json.Text(record.ParentName);
        json.Text(record.Machine);
        json.Text(record.Command);
        json.WriteStartArray();
        foreach (var attempt in status.History.Skip(status.History.Count - ShownAttempts))
        {
            json.WriteStartArray();
            json.Number(attempt.Number);
            json.Number(attempt.ProcessId);
            json.Time(attempt.Started);
            json.Time(attempt.Ended);
            json.Number(attempt.ExitCode);
            json.Text(attempt.Error);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndArray();
    }

    /// <summary>Figures of a process: id, processor in percent, memory in bytes, newest output.</summary>
    public static void Figures(Utf8JsonWriter json, string key, ProcessFigures figures)
    {
        json.WriteStartArray();
        json.Text(key);
        json.Number(figures.Processor);
        json.Number(figures.Memory);
        json.Text(figures.LastLine);
        json.WriteEndArray();
    }

    /// <summary>A key: key, preview, kind, bytes, revision, time.</summary>
    public static void Entry(Utf8JsonWriter json, string key, EncodedValue value, long? revision, DateTime? updated)
    {
        json.WriteStartArray();
        json.Text(key);
        json.Text(DashboardText.Preview(value));
        json.Text(value.Kind.ToString());
        json.Number(value.Length);
        json.Number(revision);
        json.Time(updated);
        json.WriteEndArray();
    }

    /// <summary>A namespace: name, keys, bytes, revision, oldest revision, time.</summary>
    public static void Namespace(Utf8JsonWriter json, NamespaceInfo info)
    {
        json.WriteStartArray();
        json.Text(info.Name);
        json.Number(info.Count);
        json.Number(info.Bytes);
        json.Number(info.Revision);
        json.Number(info.OldestRevision);
        json.Time(info.Updated);
        json.WriteEndArray();
    }

    /// <summary>A watcher: number, name, namespace, keys, condition, process.</summary>
    public static void Watcher(Utf8JsonWriter json, WatcherInfo watcher)
    {
        json.WriteStartArray();
        json.Number(watcher.Id);
        json.Text(watcher.Name);
        json.Text(watcher.Namespace);
        json.Text(watcher.Keys);
        json.Text(watcher.Condition);
        json.Text(watcher.Process);
        json.WriteEndArray();
    }

    /// <summary>A sample: time, commits a second, latency, running processes, all processes.</summary>
    public static void Sample(Utf8JsonWriter json, DashboardSample sample)
    {
        json.WriteStartArray();
        json.Time(sample.Time);
        json.Number(sample.Commits);
        json.Number(sample.Latency);
        json.Number(sample.Running);
        json.Number(sample.Total);
        json.WriteEndArray();
    }
}
