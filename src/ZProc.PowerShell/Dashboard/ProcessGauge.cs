using System.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Processes;

namespace ZProc.Dashboard;

/// <summary>Measures the figures of processes: usage once a second, output as it comes. Not thread-safe, except <see cref="TakeWritten"/>'s sources.</summary>
internal sealed class ProcessGauge : IDisposable
{
    private readonly Dictionary<string, ProcessFigures> _figures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutputTap> _taps = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (TimeSpan Used, long At)> _used = [];
    private readonly object _gate = new(); // guards the one below
    private readonly Action _available;
    private HashSet<OutputTap> _written = [];

    /// <param name="available">Called when a process has written output; must only signal.</param>
    public ProcessGauge(Action available) => _available = available;

    /// <summary>The figures of a process.</summary>
    public ProcessFigures this[string key] => _figures.GetValueOrDefault(key);

    /// <summary>Listens to the output of processes of this session, and of no others.</summary>
    public void Listen(IReadOnlyList<ZProcess> processes)
    {
        var left = _taps.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var process in processes)
        {
            var key = ProcessRecord.KeyOf(process.RecordId);
            left.Remove(key);
            if (!_taps.TryGetValue(key, out var tap) || tap.Process != process)
            {
                tap?.Dispose();
                _taps[key] = new OutputTap(process, Note);
            }
        }

        foreach (var key in left)
        {
            _taps.Remove(key, out var tap);
            tap!.Dispose();
            _figures.Remove(key);
        }
    }

    /// <summary>Takes the output that came since the last call.</summary>
    /// <returns>The keys of the processes that have written.</returns>
    public IReadOnlyList<string> TakeWritten()
    {
        HashSet<OutputTap> written;
        lock (_gate)
        {
            if (_written.Count == 0)
            {
                return [];
            }

            (written, _written) = (_written, []);
        }

        var keys = new List<string>();
        foreach (var tap in written)
        {
            var key = ProcessRecord.KeyOf(tap.Process.RecordId);
            if (tap.TakeLine() is { } line)
            {
                _figures[key] = this[key] with { LastLine = line };
                keys.Add(key);
            }
        }

        return keys;
    }

    /// <summary>Measures the OS processes of this machine.</summary>
    /// <returns>The keys of the processes whose figures have changed.</returns>
    public IReadOnlyList<string> Measure(IReadOnlyDictionary<string, ProcessRecord> records)
    {
        var keys = new List<string>();
        var seen = new HashSet<int>();
        foreach (var (key, record) in records)
        {
            var figures = this[key];
            var isHere = record is { As: nameof(ProcessKind.Process), IsHere: true, Status: { State: ProcessState.Running, ProcessId: not null } };
            var (processor, memory) = isHere && seen.Add(record.Status.ProcessId!.Value) ? Usage(record.Status.ProcessId.Value) : (null, null);
            if (figures.Processor != processor || figures.Memory != memory)
            {
                _figures[key] = figures with { Processor = processor, Memory = memory };
                keys.Add(key);
            }
        }

        foreach (var gone in _used.Keys.Where(id => !seen.Contains(id)).ToArray())
        {
            _used.Remove(gone);
        }

        // A process of this session may write output before its record is known.
        foreach (var gone in _figures.Keys.Where(key => !records.ContainsKey(key) && !_taps.ContainsKey(key)).ToArray())
        {
            _figures.Remove(gone);
        }

        return keys;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tap in _taps.Values)
        {
            tap.Dispose();
        }
    }

    private (double? Processor, long? Memory) Usage(int id)
    {
        if (ProcessUsage.Of(id) is not { } usage)
        {
            return (null, null);
        }

        var now = Stopwatch.GetTimestamp();
        double? processor = null;
        if (_used.TryGetValue(id, out var before) && usage.ProcessorTime >= before.Used)
        {
            processor = Math.Round(100 * (usage.ProcessorTime - before.Used) / Stopwatch.GetElapsedTime(before.At, now), 1);
        }

        _used[id] = (usage.ProcessorTime, now);
        return (processor, usage.Memory);
    }

    private void Note(OutputTap tap)
    {
        lock (_gate)
        {
            _written.Add(tap);
        }

        _available();
    }
}
