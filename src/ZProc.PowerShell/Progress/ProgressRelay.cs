using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Progress;

/// <summary>Shows the progress of processes: each process has a progress bar, with the bars of its script below.</summary>
internal sealed class ProgressRelay
{
    // Far from the activity ids that scripts use.
    private const int FirstId = 1_515_000_000;

    private readonly ProgressWriter _writer;
    private readonly Func<int?> _parent;
    private readonly Dictionary<ZProcess, (ProgressRecord Own, Dictionary<int, ProgressRecord> Script)> _shown = [];
    private int _nextId = FirstId;

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
        if (!_shown.TryGetValue(process, out var bars))
        {
            var own = new ProgressRecord(_nextId++, process.Name, process.As.ToString()) { ParentActivityId = _parent() ?? -1 };
            _writer.Write(own);
            _shown.Add(process, bars = (own, []));
        }

        if (!bars.Script.TryGetValue(record.ActivityId, out var known))
        {
            known = new ProgressRecord(_nextId++, record.Activity, record.StatusDescription);
            bars.Script.Add(record.ActivityId, known);
        }

        _writer.Write(new ProgressRecord(known.ActivityId, record.Activity, record.StatusDescription)
        {
            ParentActivityId = (bars.Script.GetValueOrDefault(record.ParentActivityId) ?? bars.Own).ActivityId,
            CurrentOperation = record.CurrentOperation,
            PercentComplete = record.PercentComplete,
            SecondsRemaining = record.SecondsRemaining,
            RecordType = record.RecordType,
        });
        if (record.RecordType == ProgressRecordType.Completed)
        {
            bars.Script.Remove(record.ActivityId);
        }
    }

    /// <summary>Removes the bars of a process.</summary>
    public void Complete(ZProcess process)
    {
        if (_shown.Remove(process, out var bars))
        {
            foreach (var bar in bars.Script.Values)
            {
                _writer.Complete(bar); // a host keeps them where only the one above is removed
            }

            _writer.Complete(bars.Own);
        }
    }

    /// <summary>Removes the bars of all processes.</summary>
    public void Complete()
    {
        foreach (var process in _shown.Keys.ToArray())
        {
            Complete(process);
        }
    }
}
