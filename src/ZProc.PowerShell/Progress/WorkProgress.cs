using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;

namespace ZProc.Progress;

/// <summary>
/// The progress bar of a command's work. The bar appears when the work has lasted for half a second, changes a few times a second
/// at most, and is removed when the work ends, however it ends. Where progress is not shown, the work is neither described nor
/// interrupted. For the command's thread.
/// </summary>
internal sealed class WorkProgress : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EagerInterval = TimeSpan.FromMilliseconds(100);

    private readonly ProgressWriter _writer;
    private readonly bool _isEager;
    private readonly ProgressPace? _pace; // of a process's script
    private Deadline _due;
    private WorkStatus? _shown;
    private int? _id;
    private bool _isPending; // something may have changed that the bar does not show

    /// <param name="writer">Writes the records.</param>
    /// <param name="isOn">False for a call that shows no progress.</param>
    /// <param name="isEager">Whether the bar appears at once, and changes more often.</param>
    public WorkProgress(ProgressWriter writer, bool isOn = true, bool isEager = false)
    {
        _writer = writer;
        _isEager = isEager;
        IsOn = isOn && writer.IsShown;
        _pace = !isEager && RunspaceContext.Current is { Source: not null } script ? script.Pace : null;
        _due = Deadline.After(isEager ? TimeSpan.Zero : Delay);
    }

    /// <summary>Whether progress is shown.</summary>
    public bool IsOn { get; }

    /// <summary>The activity id of the bar; null while there is none.</summary>
    public int? ActivityId => _shown is null ? null : _id;

    /// <summary>When the bar may appear or change next; never where progress is not shown.</summary>
    public Deadline Due => !IsOn ? Deadline.Never : _pace?.Next is { } next ? Deadline.Last(_due, next) : _due;

    /// <summary>When to call <see cref="Update"/> even though nothing has changed; never where the bar shows all that has happened.</summary>
    public Deadline Next => _isPending ? Due : Deadline.Never;

    /// <summary>Shows how far the work is, unless the bar has changed a moment ago. To be called whenever something may have changed.</summary>
    /// <param name="describe">Tells how far the work is.</param>
    public void Update(Func<WorkStatus> describe)
    {
        if (!IsOn)
        {
            return;
        }

        _isPending = !Due.Passed;
        if (_isPending)
        {
            return;
        }

        _due = Deadline.After(_isEager ? EagerInterval : Interval);
        if (describe() is var status && status != _shown)
        {
            var record = Record(status.Text);
            record.PercentComplete = status.Percent;
            record.SecondsRemaining = status.SecondsLeft;
            _writer.Write(record);
            _shown = status;
            _pace?.Note();
        }
    }

    /// <summary>Removes the bar.</summary>
    public void Dispose()
    {
        if (_id is { } id)
        {
            var isShown = _shown is not null;
            _shown = null;
            _id = null;
            ActivityIds.Return(id);
            if (isShown)
            {
                _writer.Complete(new ProgressRecord(id, _writer.CommandName, "done"));
            }
        }
    }

    private ProgressRecord Record(string text) => new(_id ??= ActivityIds.Take(), _writer.CommandName, text);
}
