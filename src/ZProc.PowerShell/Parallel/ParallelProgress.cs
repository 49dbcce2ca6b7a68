using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace ZProc.Parallel;

/// <summary>The progress bar of a call.</summary>
internal sealed class ParallelProgress
{
    // An id that scripts are unlikely to use.
    private const int Id = 1_516_000_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Action<ProgressRecord> _write;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _shown;

    /// <summary>Makes a bar that is not shown yet.</summary>
    /// <param name="write">Shows a record.</param>
    public ParallelProgress(Action<ProgressRecord> write) => _write = write;

    /// <summary>How many items there are; null as long as the number is not known.</summary>
    public long? Total { get; set; }

    /// <summary>Shows how many items are done, at most ten times a second.</summary>
    public void Show(long done, long failed)
    {
        if (_shown != 0 && Stopwatch.GetElapsedTime(_shown) < Interval)
        {
            return;
        }

        _shown = Stopwatch.GetTimestamp();
        var rate = done / Math.Max(Stopwatch.GetElapsedTime(_started).TotalSeconds, 0.001);
        var of = Total is { } total ? string.Create(CultureInfo.CurrentCulture, $" of {total:N0}") : string.Empty;
        var record = new ProgressRecord(
            Id, ParallelCall.Name, string.Create(CultureInfo.CurrentCulture, $"{done:N0}{of} done, {failed:N0} failed, {rate:N1} per second"));
        if (Total is { } all && all > 0)
        {
            record.PercentComplete = (int)(Math.Min(done, all) * 100 / all);
            if (done > 0)
            {
                record.SecondsRemaining = (int)Math.Min(int.MaxValue, Math.Ceiling((all - done) / rate));
            }
        }

        _write(record);
    }

    /// <summary>Removes the bar.</summary>
    public void Complete()
    {
        if (_shown != 0)
        {
            _shown = 0;
            _write(new ProgressRecord(Id, ParallelCall.Name, "done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
