namespace ZProc.Core.Engines.Redis;

/// <summary>The client's tickets in the queues for turns. Thread-safe.</summary>
internal sealed class TurnTickets
{
    private const int MostEarly = 1024;

    private readonly object _gate = new();
    private readonly Dictionary<long, (string Namespace, TaskCompletionSource<bool> Granted)> _waiting = [];
    private readonly List<long> _early = []; // turns that came before the reply with their number
    private FaultException? _ended;

    /// <summary>Waits for a turn.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="number">The ticket's number.</param>
    /// <returns>Whether the turn was given; false when the engine no longer has the ticket, so that the client has to ask again.</returns>
    public Task<bool> Wait(string ns, long number)
    {
        lock (_gate)
        {
            if (_ended is not null)
            {
                return Task.FromException<bool>(_ended);
            }

            if (_early.Remove(number))
            {
                return Task.FromResult(true);
            }

            var granted = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_waiting.Remove(number, out var lost))
            {
                lost.Granted.SetResult(false); // a fail-over took it back, and the engine gave its number again
            }

            _waiting.Add(number, (ns, granted));
            return granted.Task;
        }
    }

    /// <summary>Whether a ticket waits.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>The tickets that wait.</summary>
    public IReadOnlyList<(string Namespace, long Number)> All()
    {
        lock (_gate)
        {
            return [.. _waiting.Select(static pair => (pair.Value.Namespace, pair.Key))];
        }
    }

    /// <summary>Tells that a turn was given, or that its ticket is lost.</summary>
    public void Settle(long number, bool granted)
    {
        lock (_gate)
        {
            if (_waiting.Remove(number, out var ticket))
            {
                ticket.Granted.SetResult(granted);
            }
            else if (granted)
            {
                _early.Add(number);
                if (_early.Count > MostEarly)
                {
                    _early.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>Ends the wait of a ticket that was withdrawn, or whose source has ended.</summary>
    /// <returns>Whether it waited.</returns>
    public bool Cancel(long number, FaultException reason)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(number, out var ticket))
            {
                return false;
            }

            ticket.Granted.SetException(reason);
            return true;
        }
    }

    /// <summary>Forgets the turns that came early: after a fail-over the engine may give their numbers again. Signs of life tell of the others.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _early.Clear();
        }
    }

    /// <summary>The error for a ticket that was withdrawn.</summary>
    public static FaultException TimedOut(string ns) => new(Fault.Timeout, $"The time ran out before the turn in namespace '{ns}' came. Nothing was changed.");

    /// <summary>Ends every wait, also those to come.</summary>
    public void End(FaultException reason)
    {
        lock (_gate)
        {
            _ended ??= reason;
            foreach (var (_, granted) in _waiting.Values)
            {
                granted.SetException(reason);
            }

            _waiting.Clear();
        }
    }
}
