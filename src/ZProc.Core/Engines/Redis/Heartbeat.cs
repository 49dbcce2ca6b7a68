using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// A client's sign of life. The engine's answer settles tickets, says how new the copies of namespaces are, and names clients that are gone.
/// </summary>
internal sealed class Heartbeat
{
    private readonly RedisLink _link;
    private readonly RedisSession _session;
    private readonly DepartedClients _departed;

    /// <param name="link">The connections.</param>
    /// <param name="session">The membership.</param>
    /// <param name="departed">Cleans up after clients that are gone.</param>
    public Heartbeat(RedisLink link, RedisSession session, DepartedClients departed)
    {
        _link = link;
        _session = session;
        _departed = departed;
    }

    /// <summary>Gives a sign of life, and takes up what the engine answers. Called on the session's thread.</summary>
    /// <param name="closed">Gives up at once.</param>
    /// <exception cref="RedisException">The engine did not answer, or refused.</exception>
    public void Give(CancellationToken closed)
    {
        var tickets = _session.Turns.Tickets.All();
        var names = _session.Replicas.Followed.Names();
        List<RedisValue> arguments = [_session.Keys.Client, DepartedClients.SilenceMicroseconds, tickets.Count];
        foreach (var (ns, number) in tickets)
        {
            arguments.Add(ns);
            arguments.Add(number);
        }

        arguments.AddRange(names.Select(static name => (RedisValue)name));
        RedisReply reply;
        try
        {
            reply = new RedisReply(_link.RunAsync(RedisScript.Beat, _session.Keys.Revisions(names), [.. arguments]).WaitAsync(closed).GetAwaiter().GetResult());
        }
        catch (RedisServerException exception) when (RedisFaults.IsShortage(exception))
        {
            // Expected: the engine's disk is full. It serves reads, refuses each write with the reason, and may recover.
            ZProcEventSource.Log.FaultCaught(nameof(Heartbeat), exception);
            return;
        }

        if (reply.Status == "GONE")
        {
            _session.Requests.Suspend(); // the session's thread joins again
            return;
        }

        var statuses = reply.List(3);
        for (var i = 0; i < tickets.Count; i++)
        {
            if ((string?)statuses[i] is not "WAIT" and var status)
            {
                _session.Turns.Tickets.Settle(tickets[i].Number, granted: status == "TURN");
            }
        }

        var revisions = reply.List(4);
        for (var i = 0; i < names.Count; i++)
        {
            if (long.TryParse((string?)revisions[i], out var revision))
            {
                _session.Replicas.Confirm(names[i], revision, reply.Number(1));
            }
        }

        foreach (var dead in reply.List(2))
        {
            _departed.Begin((string)dead!);
        }
    }
}
