using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>A client's return to the engine after a loss, which may have been a fail-over that took commits back.</summary>
internal sealed class EngineReturn
{
    private readonly RedisSession _session;
    private readonly RedisAddress _address;

    public EngineReturn(RedisSession session, RedisAddress address)
    {
        _session = session;
        _address = address;
    }

    /// <summary>Joins again, and sends what has no outcome. Called on the session's thread.</summary>
    /// <param name="closed">Gives up at once.</param>
    /// <returns>Whether others had struck this client off, or the engine has lost commits of it.</returns>
    public bool Run(CancellationToken closed)
    {
        var (wasMember, last, isKnown) = Join(RedisValue.EmptyString, closed);
        _session.Reader.Recent.Clear(); // a fail-over may have taken back what this client saw
        _session.Replicas.Resume();
        if (_session.Requests.TryResume(last, isKnown, out var lost) is { } place)
        {
            if (lost)
            {
                ZProcEventSource.Log.ConnectionLost(_address.Endpoint, "the engine lost commits of this client");
            }

            _session.Requests.TryResume(Join(place, closed).Last, isKnown: true, out _);
        }

        ZProcEventSource.Log.Connected(_address.Endpoint, true);
        return !wasMember || lost;
    }

    private (bool WasMember, long Last, bool IsKnown) Join(RedisValue place, CancellationToken closed) =>
        _session.Membership.JoinAsync(place).WaitAsync(closed).GetAwaiter().GetResult();
}
