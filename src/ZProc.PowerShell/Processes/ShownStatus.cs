using ZProc.Core.Processes;

namespace ZProc.Processes;

/// <summary>
/// The status of a process as others see it: in its job, and in its record. What is shown is always the newest, and the end
/// is shown last. Thread-safe.
/// </summary>
internal sealed class ShownStatus
{
    private readonly object _gate = new(); // taken before the gate of the supervisor, never after
    private readonly IProcessControl _control;
    private readonly Action<ProcessStatus> _showInJob;
    private volatile ProcessStatus _current = new();
    private bool _isClosed;

    /// <param name="control">Knows the newest status, and publishes it.</param>
    /// <param name="showInJob">Shows a status in the job.</param>
    public ShownStatus(IProcessControl control, Action<ProcessStatus> showInJob)
    {
        _control = control;
        _showInJob = showInJob;
    }

    /// <summary>The status that was shown last.</summary>
    public ProcessStatus Current => _current;

    /// <summary>Shows the newest status, unless the process has ended: <see cref="ShowEnd"/> shows that.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            if (!_isClosed && _control.Status is { HasEnded: false } status)
            {
                Show(status);
            }
        }
    }

    /// <summary>Shows the end of the process.</summary>
    public void ShowEnd()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                Show(_control.Status);
            }
        }
    }

    /// <summary>Writes the record anew.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _control.Publish(_current);
            }
        }
    }

    /// <summary>From now on nothing is shown: the process is removed.</summary>
    /// <returns>Whether this call was the first.</returns>
    public bool Close()
    {
        lock (_gate)
        {
            return !_isClosed && (_isClosed = true);
        }
    }

    private void Show(ProcessStatus status)
    {
        _current = status;
        _control.Publish(status);
        _showInJob(status);
    }
}
