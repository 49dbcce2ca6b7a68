namespace ZProc.Core.Client;

/// <summary>
/// Who has the socket of a connection, one at a time: its thread, or a caller that waits for an answer. A caller that sends
/// and receives by itself saves two hand-overs between threads, which is what a short request mostly costs. Between requests in
/// quick succession nobody has it; the thread takes it back as soon as that, or one caller's wait, lasts.
/// </summary>
internal sealed class Receiving
{
    private readonly object _gate = new();
    private readonly LinkedList<Waiter> _waiting = new(); // callers that have just begun to wait
    private Owner _owner = Owner.Thread;
    private bool _isOpen;
    private bool _isReclaimed;
    private long _leads;
    private long _seen;

    private enum Owner
    {
        Thread,
        Caller,
        Nobody,
    }

    /// <summary>Whether the connection's thread has the socket. To be asked by that thread, for which the answer stays true.</summary>
    public bool IsThreads
    {
        get
        {
            lock (_gate)
            {
                return _owner == Owner.Thread;
            }
        }
    }

    /// <summary>Whether the thread waits for a caller to leave the socket to it.</summary>
    public bool IsReclaimed => Volatile.Read(ref _isReclaimed);

    /// <summary>Says whether callers may have the socket. Called by whoever has it.</summary>
    public void Open(bool isOpen)
    {
        lock (_gate)
        {
            _isOpen = isOpen;
        }
    }

    /// <summary>Takes the socket for a moment, to send, if nobody has it.</summary>
    public bool TryBorrow()
    {
        lock (_gate)
        {
            if (_owner != Owner.Nobody || !_isOpen)
            {
                return false;
            }

            _owner = Owner.Caller;
            return true;
        }
    }

    /// <summary>A caller begins to wait: it has the socket at once if nobody else has it, or else may be given it.</summary>
    public void Enter(Waiter waiter)
    {
        lock (_gate)
        {
            if (_owner == Owner.Nobody && _isOpen)
            {
                Give(waiter);
            }
            else
            {
                waiter.Place = _waiting.AddLast(waiter);
            }
        }
    }

    /// <summary>A caller does not want the socket any more.</summary>
    /// <returns>Whether it was given it in the meantime.</returns>
    public bool Withdraw(Waiter waiter)
    {
        lock (_gate)
        {
            waiter.Place?.List?.Remove(waiter.Place);
            return waiter.Leads;
        }
    }

    /// <summary>A caller leaves the socket: to the next one, or to nobody.</summary>
    /// <param name="waiter">Who; null for one that has borrowed it.</param>
    /// <returns>Whether nobody has it, and the thread does not wait for it either.</returns>
    public bool Leave(Waiter? waiter)
    {
        lock (_gate)
        {
            waiter?.Lead(begins: false);
            if (!_isReclaimed && TryGiveToNext())
            {
                return false;
            }

            _owner = Owner.Nobody;
            Monitor.PulseAll(_gate);
            return !_isReclaimed;
        }
    }

    /// <summary>The thread gives the socket to a caller that has begun to wait, if there is one.</summary>
    public bool TryGive()
    {
        lock (_gate)
        {
            return _owner == Owner.Thread && TryGiveToNext();
        }
    }

    /// <summary>The thread takes the socket, once the caller that has it has left it.</summary>
    /// <param name="interrupt">Makes that one look up from receiving.</param>
    /// <returns>Whether it did not have it.</returns>
    public bool Reclaim(Action interrupt)
    {
        lock (_gate)
        {
            if (_owner == Owner.Thread)
            {
                return false;
            }

            _isReclaimed = true;
            if (_owner == Owner.Caller)
            {
                interrupt();
            }

            while (_owner == Owner.Caller)
            {
                Monitor.Wait(_gate);
            }

            _isReclaimed = false;
            _owner = Owner.Thread;
            _waiting.Clear(); // the thread wakes them
            return true;
        }
    }

    /// <summary>Whether no caller has been given the socket since this was last asked.</summary>
    public bool IsQuiet()
    {
        lock (_gate)
        {
            var isQuiet = _seen == _leads;
            _seen = _leads;
            return isQuiet;
        }
    }

    private bool TryGiveToNext()
    {
        while (_isOpen && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            if (!first.Value.IsDone)
            {
                Give(first.Value);
                return true;
            }
        }

        return false;
    }

    private void Give(Waiter waiter)
    {
        _owner = Owner.Caller;
        _leads++;
        waiter.Lead(begins: true);
    }
}
