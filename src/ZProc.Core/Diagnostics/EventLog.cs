using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text;

namespace ZProc.Core.Diagnostics;

/// <summary>
/// Writes the events of ZProc to the file that the environment variable <c>ZPROC_LOG</c> names, a line for each: time (UTC), OS
/// process id, level, event, then <c>name=value</c> for each of its fields. Sessions and workers that have the same variable share
/// the file: each line is appended in one write.
/// </summary>
public sealed class EventLog : EventListener
{
    /// <summary>The name of the environment variable.</summary>
    public const string Variable = "ZPROC_LOG";

    private static readonly object Gate = new();
    private static EventLog? _current;

    private readonly AppendOnlyFile _file;

    private EventLog(AppendOnlyFile file) => _file = file;

    /// <summary>Follows the environment variable: opens the log, closes it, or changes its file.</summary>
    /// <exception cref="FaultException">InvalidArgument: the file cannot be opened.</exception>
    public static void Update()
    {
        var path = Environment.GetEnvironmentVariable(Variable);
        lock (Gate)
        {
            var wanted = string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path);
            if (wanted == _current?._file.Path)
            {
                return;
            }

            _current?.Dispose();
            _current = null;
            if (wanted is not null)
            {
                _current = new EventLog(AppendOnlyFile.Open(wanted));
                _current.EnableEvents(ZProcEventSource.Log, EventLevel.Verbose, EventKeywords.All);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        DisableEvents(ZProcEventSource.Log);
        base.Dispose();
        _file.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName is { } name && eventData.EventSource == ZProcEventSource.Log)
        {
            _file.Append(Line(name, eventData));
        }
    }

    private static string Line(string name, EventWrittenEventArgs written)
    {
        var line = new StringBuilder()
            .Append(written.TimeStamp.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)).Append(' ')
            .Append(Environment.ProcessId).Append(' ')
            .Append(written.Level).Append(' ')
            .Append(name);
        for (var i = 0; i < (written.Payload?.Count ?? 0); i++)
        {
            var value = Convert.ToString(written.Payload![i], CultureInfo.InvariantCulture) ?? string.Empty;
            line.Append(' ').Append(written.PayloadNames![i]).Append('=').Append(NeedsQuotes(value) ? Quoted(value) : value);
        }

        return line.Append('\n').ToString();
    }

    private static bool NeedsQuotes(string value) => value.Length == 0 || value.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '"' or '=');

    /// <summary>A value on one line, whatever is in it.</summary>
    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                _ when char.IsControl(c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }
}
