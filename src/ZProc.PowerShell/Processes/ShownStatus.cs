using ZProc.Core.Processes;

namespace ZProc.Processes;

/// <summary>
/// The status of a process as others see it: in its job, and in its record. What is shown is always the newest, and the end
/// is shown last. One thread shows at a time. It holds no lock meanwhile, and lets the next thread show before the job's own handlers
/// run: a handler may wait for the process, or use it. Thread-safe.
/// </summary>
internal sealed class ShownStatus
{
    private readonly object _gate = new(); // guards the fields; taken alone
    private readonly IProcessControl _control;
    private readonly Action<ProcessStatus> _showInJob;
    private volatile ProcessStatus _current;
    private int _showing; // the thread that shows a status; 0 when none does
    private bool _isClosed;

    /// <param name="control">Knows the newest status, and publishes it.</param>
    /// <param name="showInJob">Shows a status in the job. Calls <see cref="NoteShown"/> once the job has the status.</param>
    public ShownStatus(IProcessControl control, Action<ProcessStatus> showInJob)
    {
        _control = control;
        _current = control.Status; // of a process that goes on with a record: others have seen it there
        _showInJob = showInJob;
    }

    /// <summary>The status that was shown last; at first, the one that the process begins with.</summary>
    public ProcessStatus Current => _current;

    /// <summary>Shows the newest status, unless the process has ended: <see cref="ShowEnd"/> shows that.</summary>
    public void Refresh() => InTurn(() =>
    {
        if (_control.Status is { HasEnded: false } status)
        {
            Show(status);
        }
    });

    /// <summary>Shows the end of the process.</summary>
    public void ShowEnd() => InTurn(() => Show(_control.Status));

    /// <summary>Writes the record anew.</summary>
    public void Publish() => InTurn(() => _control.Publish(_current));

    /// <summary>The job has the status that the calling thread shows. Another thread can show the next one.</summary>
    public void NoteShown()
    {
        lock (_gate)
        {
            if (_showing == Environment.CurrentManagedThreadId)
            {
                _showing = 0;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>From now on nothing is shown: the process is removed.</summary>
    /// <returns>Whether this call was the first.</returns>
    public bool Close()
    {
        lock (_gate)
        {
            WaitForTurn();
            return !_isClosed && (_isClosed = true);
        }
    }

    private void InTurn(Action work)
    {
        lock (_gate)
        {
            WaitForTurn();
            if (_isClosed)
            {
                return;
            }

            _showing = Environment.CurrentManagedThreadId;
        }

        try
        {
            work();
        }
        finally
        {
            NoteShown();
        }
    }

    /// <summary>Waits while another thread writes a record, which has a bound. The caller holds the gate.</summary>
    private void WaitForTurn()
    {
        while (_showing != 0 && _showing != Environment.CurrentManagedThreadId)
        {
            Monitor.Wait(_gate);
        }
    }

    private void Show(ProcessStatus status)
    {
        _current = status;
        _control.Publish(status);
        _showInJob(status);
    }
}
