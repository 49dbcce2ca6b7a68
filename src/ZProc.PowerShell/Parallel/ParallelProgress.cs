using System.Diagnostics;
using System.Globalization;
using ZProc.Core;
using ZProc.Core.Scheduling;
using ZProc.Progress;

namespace ZProc.Parallel;

/// <summary>The progress of a call: items that are done, have failed and are running, their rate, and the time that the rest will take.</summary>
internal sealed class ParallelProgress : IDisposable
{
    private readonly WorkProgress _bar;
    private readonly ItemScheduler _items;
    private readonly ItemOutput _output;
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <param name="bar">Shows the progress. This object owns it.</param>
    /// <param name="items">The items of the call.</param>
    /// <param name="output">Knows which items have failed, and the progress bars of items.</param>
    public ParallelProgress(WorkProgress bar, ItemScheduler items, ItemOutput output)
    {
        _bar = bar;
        _items = items;
        _output = output;
    }

    /// <summary>How many items there are; null as long as the number is not known.</summary>
    public long? Total { get; set; }

    /// <summary>When to show the progress next. The rate changes even where no item ends.</summary>
    public Deadline Due => _bar.Due;

    /// <summary>Shows the progress, if it is time.</summary>
    public void Update() => _bar.Update(Describe);

    /// <summary>Removes the progress bar, and those that items have left.</summary>
    public void Dispose()
    {
        _output.EndProgress();
        _bar.Dispose();
    }

    private WorkStatus Describe()
    {
        var done = _items.Done;
        var rate = done / Math.Max(Stopwatch.GetElapsedTime(_started).TotalSeconds, 0.001);
        var of = Total is { } total ? string.Create(CultureInfo.CurrentCulture, $" of {total:N0}") : string.Empty;
        return new WorkStatus(
            string.Create(CultureInfo.CurrentCulture, $"{done:N0}{of} done, {_output.Failed:N0} failed, {_items.Running:N0} running, {rate:N1} per second"),
            WorkStatus.PercentOf(done, Total ?? 0),
            Total is { } all && done > 0 ? (int)Math.Min(int.MaxValue, Math.Ceiling((all - done) / rate)) : -1);
    }
}
