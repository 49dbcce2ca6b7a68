using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>A request for a turn, until the turn is there.</summary>
internal sealed class TurnWish
{
    private readonly RedisSession _session;
    private readonly string _namespace;
    private readonly Source _source;
    private readonly RequestWaits _waits;

    public TurnWish(RedisSession session, string ns, Source source)
    {
        _session = session;
        _namespace = ns;
        _source = source;
        _waits = new RequestWaits(session.Turns, ns, source.Id);
    }

    /// <summary>Waits for the turn.</summary>
    /// <param name="placed">Ends when the client's earlier commits have their places: they come before the turn.</param>
    public async Task<TurnGrant> RunAsync(Task placed)
    {
        _session.Turns.Open.Add(_waits);
        try
        {
            if (!placed.IsCompleted)
            {
                await _waits.PauseAsync(placed).ConfigureAwait(false);
            }

            return await DescribeAsync(await TakeAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            _session.Turns.Open.Remove(_waits);
        }
    }

    /// <summary>Gives the request up. A turn that it gets all the same is given back.</summary>
    public void Withdraw() => _waits.Withdraw();

    private async Task<long> TakeAsync()
    {
        while (true)
        {
            _waits.ThrowIfOver();
            var reply = await _waits.ReplyAsync(_session.Turns.Ask(_namespace, _source)).ConfigureAwait(false);
            switch (reply.Status)
            {
                case "TURN":
                    return reply.Number(1);
                case "WAIT":
                    var ticket = reply.Number(1);
                    if (await _waits.QueueAsync(ticket).ConfigureAwait(false))
                    {
                        return ticket;
                    }

                    break;
                case "AGAIN":
                    break;
                default:
                    throw RedisReply.Malformed();
            }
        }
    }

    /// <summary>Reads where the namespace stands, which nobody else changes now.</summary>
    private async Task<TurnGrant> DescribeAsync(long turn)
    {
        _session.Turns.Own.Begin(_namespace, turn, _source.Id);
        try
        {
            var reply = await _waits.ReadAsync(over => _session.Questions.RunAsync(RedisScript.Read, _session.Keys.Of(_namespace), [_namespace], over)).ConfigureAwait(false);
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
