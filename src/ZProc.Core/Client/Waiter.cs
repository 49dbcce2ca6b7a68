namespace ZProc.Core.Client;

/// <summary>A thread that waits for something that comes with a stream, and may have to receive that stream meanwhile.</summary>
internal sealed class Waiter
{
    private readonly object _gate = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _isDone;
    private bool _leads;

    /// <summary>Whether what it waits for has come.</summary>
    public bool IsDone => Volatile.Read(ref _isDone);

    /// <summary>Whether it receives.</summary>
    public bool Leads => Volatile.Read(ref _leads);

    /// <summary>Where it waits to receive.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>Makes it look up while it receives.</summary>
    public Action? Interrupt { get; set; }

    /// <summary>Ends the wait. Any thread; its own while it receives.</summary>
    public void Signal()
    {
        bool isReceiving;
        lock (_gate)
        {
            _isDone = true;
            isReceiving = _leads;
            Monitor.Pulse(_gate);
        }

        if (isReceiving && _thread != Environment.CurrentManagedThreadId)
        {
            Interrupt?.Invoke();
        }
    }

    /// <summary>Makes it the one that receives, or no longer.</summary>
    public void Lead(bool begins)
    {
        lock (_gate)
        {
            _leads = begins;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Sleeps until it is signalled, has to receive, or the deadline has passed.</summary>
    public void Sleep(Deadline deadline)
    {
        lock (_gate)
        {
            while (!_isDone && !_leads && (Monitor.Wait(_gate, deadline.Remaining) || !deadline.Passed))
            {
            }
        }
    }
}
