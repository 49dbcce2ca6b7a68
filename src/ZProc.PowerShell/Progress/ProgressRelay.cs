using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Progress;

/// <summary>Shows the progress of processes: each process has a progress bar, with the bars of its activities below.</summary>
internal sealed class ProgressRelay
{
    // Far from the activity ids that scripts use.
    private const int FirstId = 1_515_000_000;

    private readonly ProgressWriter _writer;
    private readonly Func<int?> _parent;
    private readonly Dictionary<(ZProcess Process, int? Activity), ProgressRecord> _shown = [];

    /// <param name="writer">Writes the records.</param>
    /// <param name="parent">The activity id of the bar to show new ones under; null while there is none.</param>
    public ProgressRelay(ProgressWriter writer, Func<int?> parent)
    {
        _writer = writer;
        _parent = parent;
    }

    /// <summary>Shows a progress record of a process.</summary>
    public void Show(ZProcess process, ProgressRecord record)
    {
        if (!_shown.ContainsKey((process, null)))
        {
            _writer.Write(Find(process, null, process.Name));
        }

        var bar = Find(process, null, process.Name);
        var known = Find(process, record.ActivityId, record.Activity);
        var copy = new ProgressRecord(known.ActivityId, record.Activity, record.StatusDescription)
        {
            ParentActivityId = record.ParentActivityId >= 0 && _shown.TryGetValue((process, record.ParentActivityId), out var parent)
                ? parent.ActivityId
                : bar.ActivityId,
            CurrentOperation = record.CurrentOperation,
            PercentComplete = record.PercentComplete,
            SecondsRemaining = record.SecondsRemaining,
            RecordType = record.RecordType,
        };
        _writer.Write(copy);
    }

    /// <summary>Removes the bars of all processes.</summary>
    public void Complete()
    {
        foreach (var bar in _shown.Where(pair => pair.Key.Activity is null).Select(pair => pair.Value))
        {
            _writer.Complete(bar);
        }
    }

    private ProgressRecord Find(ZProcess process, int? activity, string name)
    {
        if (!_shown.TryGetValue((process, activity), out var record))
        {
            record = new ProgressRecord(FirstId + _shown.Count, name, process.As.ToString()) { ParentActivityId = _parent() ?? -1 };
            _shown.Add((process, activity), record);
        }

        return record;
    }
}
