using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>A client's return to the engine after a loss, which may have been a fail-over that took commits back.</summary>
internal sealed class EngineReturn
{
    private readonly RedisLink _link;
    private readonly RedisSession _session;
    private readonly RedisAddress _address;
    private bool _isForgotten; // kept while attempts fail: a join tells it once

    /// <param name="link">The connections.</param>
    /// <param name="session">The membership.</param>
    /// <param name="address">The engine's address.</param>
    public EngineReturn(RedisLink link, RedisSession session, RedisAddress address)
    {
        _link = link;
        _session = session;
        _address = address;
    }

    /// <summary>Joins again, ends turns that have ended, and sends what has no outcome. Called on the session's thread.</summary>
    /// <param name="closed">Gives up at once.</param>
    /// <returns>Whether others had struck this client off, or may have, or the engine has lost commits of it.</returns>
    public bool Run(CancellationToken closed)
    {
        _session.Requests.BeginResume();
        var (wasMember, last, isKnown) = Join(RedisValue.EmptyString, closed);
        _isForgotten |= !wasMember;
        EndTurns(closed);
        _session.Turns.Tickets.Forget();
        _session.Reader.Recent.Clear(); // a fail-over may have taken back what this client saw
        _session.Replicas.Resume();
        if (_session.Requests.TryResume(last, isKnown, out var lost) is { } place)
        {
            if (lost)
            {
                _isForgotten = true;
                ZProcEventSource.Log.ConnectionLost(_address.Endpoint, "the engine lost commits of this client");
            }

            _session.Requests.TryResume(Join(place, closed).Last, isKnown: true, out _);
        }

        ZProcEventSource.Log.Connected(_address.Endpoint, true);
        var isForgotten = _isForgotten;
        _isForgotten = false;
        return isForgotten;
    }

    /// <summary>Ends again what has ended: after a fail-over the engine may have it as it was before.</summary>
    private void EndTurns(CancellationToken closed)
    {
        var ended = _session.Turns.Own.Ended();
        if (ended.Count > 0)
        {
            RedisValue[] arguments = [_session.Keys.Client, .. ended.SelectMany(static turn => new RedisValue[] { turn.Namespace, turn.Number })];
            _link.RunAsync(RedisScript.Release, _session.Keys.State, arguments).WaitAsync(closed).GetAwaiter().GetResult();
        }
    }

    private (bool WasMember, long Last, bool IsKnown) Join(RedisValue place, CancellationToken closed)
    {
        try
        {
            return _session.Membership.JoinAsync(place).WaitAsync(closed).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (MayBeMade(exception))
        {
            _isForgotten = true; // the next join finds a member, and cannot tell whether this one made it
            throw;
        }
    }

    private static bool MayBeMade(Exception exception) =>
        exception is not (RedisConnectionException { CommandStatus: CommandStatus.WaitingToBeSent } or RedisServerException or FaultException);
}
