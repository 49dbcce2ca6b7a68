using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>A request for a turn, until the turn is there.</summary>
internal sealed class TurnWish
{
    private readonly RedisSession _session;
    private readonly string _namespace;
    private readonly Source _source;
    private long _ticket; // that it waits with; 0 for none
    private volatile bool _isWithdrawn;

    public TurnWish(RedisSession session, string ns, Source source)
    {
        _session = session;
        _namespace = ns;
        _source = source;
    }

    /// <summary>Waits for the turn.</summary>
    /// <param name="placed">Ends when the client's earlier commits have their places: they come before the turn.</param>
    public async Task<TurnGrant> RunAsync(Task placed)
    {
        await placed.ConfigureAwait(false);
        while (true)
        {
            var reply = await _session.Turns.AskAsync(_namespace, _source).ConfigureAwait(false);
            switch (reply.Status)
            {
                case "TURN":
                    return await DescribeAsync(reply.Number(1)).ConfigureAwait(false);
                case "WAIT":
                    var ticket = reply.Number(1);
                    var granted = _session.Turns.Tickets.Wait(_namespace, ticket);
                    Interlocked.Exchange(ref _ticket, ticket);
                    if (_isWithdrawn)
                    {
                        await Task.Run(Withdraw).ConfigureAwait(false);
                    }

                    if (await granted.ConfigureAwait(false))
                    {
                        Interlocked.Exchange(ref _ticket, 0);
                        return await DescribeAsync(ticket).ConfigureAwait(false);
                    }

                    Interlocked.Exchange(ref _ticket, 0);
                    if (_isWithdrawn)
                    {
                        // A sign of life told first that the ticket is out of the queue. The caller has given up and would not end a new turn.
                        throw TurnTickets.TimedOut(_namespace);
                    }

                    break;
                case "AGAIN":
                    break;
                default:
                    throw RedisReply.Malformed();
            }
        }
    }

    /// <summary>Takes the request out of the queue.</summary>
    /// <returns>Whether it waited there; if not, the turn is on its way.</returns>
    public bool Withdraw()
    {
        _isWithdrawn = true; // a ticket that comes later is given back at once
        return Interlocked.Read(ref _ticket) is not 0 and var ticket && _session.Turns.Withdraw(_namespace, ticket);
    }

    /// <summary>Reads where the namespace stands, which nobody else changes now.</summary>
    private async Task<TurnGrant> DescribeAsync(long turn)
    {
        try
        {
            var reply = await _session.Questions.RunAsync(RedisScript.Read, _session.Keys.Of(_namespace), _namespace).ConfigureAwait(false);
            _session.Note(_namespace, reply.Number(1), reply.Number(2));
            return new TurnGrant(turn, reply.Number(1), reply.Number(2));
        }
        catch
        {
            _session.Turns.Release(_namespace, turn); // the caller does not learn of it, and so cannot end it
            throw;
        }
    }
}
