namespace ZProc.Core.Engines.Redis;

/// <summary>
/// The waits of one request: for the client's earlier requests, and with a ticket in the engine's queue. A withdrawal of the request ends them,
/// and no later wait begins. Thread-safe.
/// </summary>
internal sealed class RequestWaits
{
    private readonly RedisTurns _turns;
    private readonly string _namespace;
    private readonly TaskCompletionSource<FaultException> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _ticket; // that it waits with; 0 for none

    /// <param name="turns">The client's turns.</param>
    /// <param name="ns">The namespace.</param>
    public RequestWaits(RedisTurns turns, string ns)
    {
        _turns = turns;
        _namespace = ns;
    }

    /// <summary>Waits for the client's earlier requests.</summary>
    /// <param name="earlier">Ends when the request may go on, however it ends.</param>
    /// <exception cref="FaultException">Timeout: the request was withdrawn, and nothing may be sent for it.</exception>
    public async Task PauseAsync(Task earlier)
    {
        await Task.WhenAny(earlier, _over.Task).ConfigureAwait(false);
        ThrowIfOver();
    }

    /// <summary>Waits with a ticket.</summary>
    /// <returns>Whether the turn was given; false when the engine no longer has the ticket, so that the request has to ask again.</returns>
    /// <exception cref="FaultException">Timeout: the request was withdrawn.</exception>
    public async Task<bool> QueueAsync(long ticket)
    {
        var granted = _turns.Tickets.Wait(_namespace, ticket);
        Interlocked.Exchange(ref _ticket, ticket);
        if (_over.Task.IsCompleted)
        {
            await Task.Run(Withdraw).ConfigureAwait(false);
        }

        try
        {
            if (await granted.ConfigureAwait(false))
            {
                return true;
            }
        }
        finally
        {
            Interlocked.Exchange(ref _ticket, 0);
        }

        ThrowIfOver(); // a sign of life told first that the ticket is out of the queue
        return false;
    }

    /// <summary>Ends the waits, and takes the ticket out of the queue.</summary>
    /// <returns>Whether the request waited there; if not, its outcome is on the way.</returns>
    public bool Withdraw()
    {
        _over.TrySetResult(TurnTickets.TimedOut(_namespace)); // a ticket that comes later is given back at once
        return Interlocked.Read(ref _ticket) is not 0 and var ticket && _turns.Withdraw(_namespace, ticket);
    }

    /// <summary>Ends a request that would have to try again.</summary>
    /// <exception cref="FaultException">Timeout: the request was withdrawn.</exception>
    public void ThrowIfOver()
    {
        if (_over.Task.IsCompleted)
        {
            throw _over.Task.Result;
        }
    }
}
