using System.Globalization;
using System.Text.Json;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Output;

namespace ZProc.Dashboard;

/// <summary>Answers the questions that a viewer asks once: a whole value, a namespace at a revision, the output of a process. Thread-safe.</summary>
internal sealed class DashboardQueries
{
    private const int ShownLines = 200;
    private const int ShownChanges = 100;

    private readonly ZProcContext _context;
    private readonly DashboardControl _control;
    private readonly CancellationToken _cancellation;

    /// <param name="context">The context.</param>
    /// <param name="control">Finds processes.</param>
    /// <param name="cancellation">Ends waits for the server.</param>
    public DashboardQueries(ZProcContext context, DashboardControl control, CancellationToken cancellation)
    {
        _context = context;
        _control = control;
        _cancellation = cancellation;
    }

    /// <summary>One value, as it is or as it was at a revision.</summary>
    /// <exception cref="FaultException">KeyNotFound; Compacted; InvalidArgument: that revision does not exist yet.</exception>
    public EncodedValue Find(string ns, string key, long? revision = null)
    {
        KeyName.Check(ns, "namespace");
        KeyName.Check(key);
        var value = revision is { } at
            ? _context.Client.ValueAt(ns, key, at, _cancellation)
            : _context.Client.Get(ns, key, cancellation: _cancellation)?.Value;
        return value ?? throw new FaultException(Fault.KeyNotFound, $"The key '{key}' is not in the namespace '{ns}'.", key);
    }

    /// <summary>One value as a whole, up to a bound.</summary>
    /// <exception cref="FaultException">As <see cref="Find"/>.</exception>
    public byte[] Value(string ns, string key, long? revision)
    {
        var present = Find(ns, key, revision);
        return JsonText.Of(json =>
        {
            json.WriteStartObject();
            json.Text("kind", present.Kind.ToString());
            json.WriteNumber("bytes", present.Length);
            json.Text("text", ValueTree.Of(present));
            json.WriteEndObject();
        });
    }

    /// <summary>A namespace as it was at a revision, and the update that made that revision.</summary>
    /// <exception cref="FaultException">Compacted; InvalidArgument: that revision does not exist yet.</exception>
    public byte[] State(string ns, long revision, string search)
    {
        KeyName.Check(ns, "namespace");
        var entries = _context.Client.EntriesAt(ns, revision, _cancellation);
        var update = UpdateAt(ns, revision);
        var found = entries.Where(pair => pair.Key.Contains(search, StringComparison.OrdinalIgnoreCase)).Take(StateView.MaximumKeys);
        return JsonText.Of(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("revision", revision);
            json.WriteNumber("count", entries.Count);
            json.WritePropertyName("update");
            Write(json, update);
            json.WriteStartArray("rows");
            foreach (var (key, entry) in found)
            {
                PageRows.Entry(json, key, entry.Value, entry.Revision, entry.Updated);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>The newest output of a process, oldest first; null for a process of another session, whose output is there.</summary>
    /// <exception cref="FaultException">InvalidArgument: there is no such process.</exception>
    public IReadOnlyList<OutputItem>? NewestOutput(Guid id)
    {
        if (_control.FindOwn(id) is { } process)
        {
            return [.. process.Written.Newest(ShownLines).Where(item => item.Kind != OutputKind.Progress)];
        }

        _control.Find(id); // an error if there is none
        return null;
    }

    /// <summary>The newest output of a process of this session.</summary>
    /// <exception cref="FaultException">InvalidArgument: there is no such process.</exception>
    public byte[] Output(Guid id)
    {
        var items = NewestOutput(id);
        return JsonText.Of(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("here", items is not null);
            json.WriteStartArray("lines");
            foreach (var item in items ?? [])
            {
                json.WriteStartArray();
                json.Text(item.Kind.ToString());
                json.Text(DashboardText.Line(item));
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Update? UpdateAt(string ns, long revision)
    {
        try
        {
            return revision == 0
                ? null
                : _context.Client.GetUpdates(ns, revision - 1, _cancellation).Updates.FirstOrDefault(update => update.Revision == revision);
        }
        catch (FaultException fault) when (fault.Fault == Fault.Compacted)
        {
            // Expected: the oldest revision can be read, and the update that made it is no longer kept.
            ZProcEventSource.Log.FaultCaught(nameof(DashboardQueries), fault);
            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, Update? update)
    {
        if (update is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.Text("source", string.Create(CultureInfo.InvariantCulture, $"{update.Source.Name} ({update.Source.ProcessId})"));
        json.WritePropertyName("time");
        json.Time(update.Timestamp);
        json.WriteNumber("count", update.Changes.Count);
        json.WriteStartArray("keys");
        foreach (var change in update.Changes.Take(ShownChanges))
        {
            json.Text(change.Key);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
