namespace ZProc.Core.Client;

/// <summary>A thread that waits for an event of a stream, and may have to own the stream's socket and receive meanwhile.</summary>
internal sealed class Waiter
{
    private readonly object _gate = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _isDone;
    private bool _ownsSocket;

    /// <summary>Whether it was signalled.</summary>
    public bool IsDone => Volatile.Read(ref _isDone);

    /// <summary>Whether it owns the socket, and so receives.</summary>
    public bool OwnsSocket => Volatile.Read(ref _ownsSocket);

    /// <summary>Its place in the queue for the socket. Guarded by the <see cref="SocketOwner"/>.</summary>
    public LinkedListNode<Waiter>? QueueNode { get; set; }

    /// <summary>Wakes it while it receives.</summary>
    public Action? Interrupt { get; set; }

    /// <summary>Ends the wait. Any thread may call it, also the waiter's own while it receives.</summary>
    public void Signal()
    {
        bool isReceiving;
        lock (_gate)
        {
            _isDone = true;
            isReceiving = _ownsSocket;
            Monitor.Pulse(_gate);
        }

        if (isReceiving && _thread != Environment.CurrentManagedThreadId)
        {
            Interrupt?.Invoke();
        }
    }

    /// <summary>Sets whether it owns the socket. Called by the <see cref="SocketOwner"/>.</summary>
    public void SetOwnsSocket(bool owns)
    {
        lock (_gate)
        {
            _ownsSocket = owns;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Sleeps until it is signalled, owns the socket, or the deadline has passed.</summary>
    public void Sleep(Deadline deadline)
    {
        lock (_gate)
        {
            while (!_isDone && !_ownsSocket && (Monitor.Wait(_gate, deadline.Remaining) || !deadline.Passed))
            {
            }
        }
    }
}
