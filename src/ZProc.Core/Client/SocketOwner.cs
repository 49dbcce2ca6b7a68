namespace ZProc.Core.Client;

/// <summary>
/// The one that receives from a connection's socket: a caller that waits for a reply or an update, or the connection's thread, or
/// none. A caller that receives by itself saves two switches between threads, which are most of the time of a short request. Between
/// requests in quick succession the socket has no owner. The connection's thread takes the socket when no caller comes.
/// </summary>
internal sealed class SocketOwner
{
    private readonly object _gate = new();
    private readonly LinkedList<Waiter> _waiting = new(); // callers that have just begun to wait, the first one first
    private Owner _owner = Owner.Thread;
    private bool _callersAllowed;
    private bool _isReclaimed;
    private long _grants; // how often a waiting caller was given the socket
    private long _grantsSeen; // by ReclaimIfUnused
    private bool _wasUnchanged; // found by ReclaimIfUnused

    private enum Owner
    {
        Thread,
        Caller,
        None,
    }

    /// <summary>Whether the connection's thread owns the socket. Only that thread can change true to false, so only it should ask.</summary>
    public bool IsThread
    {
        get
        {
            lock (_gate)
            {
                return _owner == Owner.Thread;
            }
        }
    }

    /// <summary>Whether the connection's thread waits for a caller to release the socket.</summary>
    public bool IsReclaimed => Volatile.Read(ref _isReclaimed);

    /// <summary>Sets whether callers may own the socket. Only its owner calls this.</summary>
    public void AllowCallers(bool allowed)
    {
        lock (_gate)
        {
            _callersAllowed = allowed;
        }
    }

    /// <summary>Whether some thread receives.</summary>
    public bool HasOwner
    {
        get
        {
            lock (_gate)
            {
                return _owner != Owner.None;
            }
        }
    }

    /// <summary>Whether one caller has received since before the last but one call of <see cref="ReclaimIfUnused"/>.</summary>
    public bool IsHeldForLong
    {
        get
        {
            lock (_gate)
            {
                return _owner == Owner.Caller && _wasUnchanged && _grantsSeen == _grants;
            }
        }
    }

    /// <summary>A caller begins to wait. The caller owns the socket at once if it has no owner; otherwise the caller queues for it.</summary>
    /// <returns>Whether the connection's thread has to be woken, so that it hands the socket over.</returns>
    public bool Enter(Waiter waiter)
    {
        lock (_gate)
        {
            if (_owner == Owner.None && _callersAllowed)
            {
                Give(waiter);
                return false;
            }

            waiter.QueueNode = _waiting.AddLast(waiter);
            return _owner == Owner.Thread && _callersAllowed && _waiting.First == waiter.QueueNode;
        }
    }

    /// <summary>A caller leaves the queue for the socket.</summary>
    /// <returns>Whether the caller owns the socket by now, and has to release it.</returns>
    public bool Withdraw(Waiter waiter)
    {
        lock (_gate)
        {
            waiter.QueueNode?.List?.Remove(waiter.QueueNode);
            return waiter.OwnsSocket;
        }
    }

    /// <summary>A caller releases the socket, to the next caller in the queue if there is one.</summary>
    /// <param name="waiter">The caller.</param>
    /// <returns>Whether the socket has no owner now, and the connection's thread does not wait for it.</returns>
    public bool Release(Waiter waiter)
    {
        lock (_gate)
        {
            waiter.SetOwnsSocket(false);
            if (!_isReclaimed && TryGiveToNext())
            {
                return false;
            }

            _owner = Owner.None;
            Monitor.PulseAll(_gate);
            return !_isReclaimed;
        }
    }

    /// <summary>The connection's thread hands the socket over to the next caller in the queue, if there is one.</summary>
    public bool TryHandOver()
    {
        lock (_gate)
        {
            return _owner == Owner.Thread && TryGiveToNext();
        }
    }

    /// <summary>The connection's thread takes the socket, and waits for the caller that owns it to release it.</summary>
    /// <param name="interrupt">Wakes that caller from receiving.</param>
    /// <returns>Whether the thread took it; false when the thread owned it already.</returns>
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
            return true;
        }
    }

    /// <summary>The connection's thread takes the socket if it has no owner, and no caller was given it since the last call.</summary>
    /// <returns>Whether the thread took it.</returns>
    public bool ReclaimIfUnused()
    {
        lock (_gate)
        {
            _wasUnchanged = _grantsSeen == _grants;
            var isUnused = _owner == Owner.None && _wasUnchanged;
            _grantsSeen = _grants;
            if (isUnused)
            {
                _owner = Owner.Thread;
            }

            return isUnused;
        }
    }

    private bool TryGiveToNext()
    {
        while (_callersAllowed && _waiting.First is { } first)
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
        _grants++;
        waiter.SetOwnsSocket(true);
    }
}
