using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// The waits of one commit or request for a turn: for the client's earlier requests, for answers, and with a ticket in the engine's queue. A
/// withdrawal ends them, also while the engine is away, as the end of the source does, and no later wait begins. Thread-safe.
/// </summary>
internal sealed class RequestWaits
{
    private readonly RedisTurns _turns;
    private readonly string _namespace;
    private readonly TaskCompletionSource<FaultException> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _ticket; // that it waits with; 0 for none
    private NumberedRequest? _sent; // whose outcome it waits for
    private volatile bool _isWithdrawn;

    /// <param name="turns">The client's turns.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="source">Who sends the request.</param>
    public RequestWaits(RedisTurns turns, string ns, Guid source)
    {
        _turns = turns;
        _namespace = ns;
        Source = source;
    }

    /// <summary>Who sends the request.</summary>
    public Guid Source { get; }

    /// <summary>Waits for the client's earlier requests.</summary>
    /// <param name="earlier">Ends when the request may go on, however it ends.</param>
    /// <exception cref="FaultException">Timeout, TurnLost: the request was withdrawn or its source has ended, and nothing may be sent for it.</exception>
    public async Task PauseAsync(Task earlier)
    {
        await Task.WhenAny(earlier, _over.Task).ConfigureAwait(false);
        ThrowIfOver();
    }

    /// <summary>Waits for the answer to a question, which ends with the request.</summary>
    /// <exception cref="FaultException">Timeout, TurnLost: as for <see cref="PauseAsync"/>. The question's own error.</exception>
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        using var over = new CancellationTokenSource();
        var question = ask(over.Token);
        try
        {
            await PauseAsync(question).ConfigureAwait(false);
        }
        catch
        {
            await over.CancelAsync().ConfigureAwait(false);
            throw;
        }

        return await question.ConfigureAwait(false);
    }

    /// <summary>Waits for the outcome of a request to the engine.</summary>
    /// <exception cref="FaultException">Timeout: it was withdrawn, and the engine has not carried it out. The request's own error.</exception>
    public async Task<RedisReply> ReplyAsync(NumberedRequest sent)
    {
        Interlocked.Exchange(ref _sent, sent);
        try
        {
            if (_isWithdrawn)
            {
                _turns.Withdraw(sent, _over.Task.Result);
            }

            return await sent.Reply.ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Exchange(ref _sent, null);
        }
    }

    /// <summary>Waits with a ticket.</summary>
    /// <returns>Whether the turn was given; false when the engine no longer has the ticket, so that the request has to ask again.</returns>
    /// <exception cref="FaultException">Timeout, TurnLost: the request was withdrawn, or its source has ended.</exception>
    public async Task<bool> QueueAsync(long ticket)
    {
        var granted = _turns.Tickets.Wait(_namespace, ticket);
        Interlocked.Exchange(ref _ticket, ticket);
        if (_over.Task.IsCompleted)
        {
            await Task.Run(() => _turns.Withdraw(_namespace, ticket, _over.Task.Result)).ConfigureAwait(false);
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

    /// <summary>Ends the waits, takes the ticket out of the queue, and sends nothing that was not sent yet.</summary>
    /// <returns>Whether nothing was changed, nor will be; if it is not known, the outcome is on the way.</returns>
    public bool Withdraw()
    {
        var reason = TurnTickets.TimedOut(_namespace);
        _over.TrySetResult(reason); // a ticket that comes later is given back at once
        _isWithdrawn = true;
        if (Interlocked.CompareExchange(ref _sent, null, null) is { } sent && _turns.Withdraw(sent, reason))
        {
            return true;
        }

        return Interlocked.Read(ref _ticket) is not 0 and var ticket && _turns.Withdraw(_namespace, ticket, reason);
    }

    /// <summary>
    /// Ends the waits of a request whose source has ended, and sends nothing that was not sent yet. The engine takes the ticket out when it ends
    /// the source.
    /// </summary>
    public void EndSource()
    {
        var reason = TurnQueue.SourceEnded();
        End(reason);
        _isWithdrawn = true;
        if (Interlocked.CompareExchange(ref _sent, null, null) is { } sent)
        {
            _turns.Withdraw(sent, reason);
        }
    }

    /// <summary>Ends the waits of a request whose client leaves. The engine takes the ticket out then.</summary>
    public void End(FaultException reason)
    {
        if (_over.TrySetResult(reason) && Interlocked.Read(ref _ticket) is not 0 and var ticket)
        {
            _turns.Own.End(_namespace, ticket);
            _turns.Tickets.Cancel(ticket, reason);
        }
    }

    /// <summary>Ends a request that would have to try again.</summary>
    /// <exception cref="FaultException">Timeout, TurnLost: the request was withdrawn, or its source has ended.</exception>
    public void ThrowIfOver()
    {
        if (_over.Task.IsCompleted)
        {
            throw _over.Task.Result;
        }
    }
}
