using System.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// How long a connection has been without its server, and when it gives up. Where the state outlives the server, only the time counts for
/// which something waits for the next server. Used by the connection's thread alone.
/// </summary>
internal sealed class ServerAbsence
{
    /// <summary>The time between two attempts while something waits for the server.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5); // while nothing waits; within a server's patience for its clients

    private readonly bool _isRefusalFinal;
    private long _begun; // timestamp of the loss of the stream; 0 while there is one
    private long _neededSince; // timestamp since which something waits for the next server of a durable state; 0 while nothing does
    private TimeSpan _idleDelay = RetryDelay;

    /// <param name="isRefusalFinal">Whether a server that does not listen at its address never comes back.</param>
    public ServerAbsence(bool isRefusalFinal) => _isRefusalFinal = isRefusalFinal;

    /// <summary>Whether the state outlives the server, so that another server on it may come.</summary>
    public bool IsDurable { get; private set; }

    /// <summary>The time since the stream was lost.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <summary>How long to wait for a caller before the next attempt; null when a caller waits already, and where attempts have an end.</summary>
    public TimeSpan? IdleDelay => IsDurable && _neededSince == 0 ? _idleDelay : null;

    /// <summary>The server is away.</summary>
    public void Begin()
    {
        if (_begun == 0)
        {
            _begun = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>The server is there.</summary>
    /// <param name="isDurable">Whether its state outlives it.</param>
    public void End(bool isDurable)
    {
        IsDurable = isDurable;
        _begun = 0;
        _neededSince = 0;
        _idleDelay = RetryDelay;
    }

    /// <summary>Whether to give up, after an attempt that failed.</summary>
    /// <param name="elapsed">The time since the loss, as it was before the attempt, during which this process may have been suspended.</param>
    /// <param name="isUnreachable">Whether nothing listens at the address, or it cannot be reached.</param>
    /// <param name="isNeeded">Whether something waits for the server.</param>
    public bool IsFinal(TimeSpan elapsed, bool isUnreachable, bool isNeeded)
    {
        if (!IsDurable)
        {
            return (isUnreachable && (_isRefusalFinal || elapsed > WireLimits.ReconnectTimeout)) || elapsed > WireLimits.SessionTimeout;
        }

        if (!isNeeded)
        {
            _neededSince = 0; // the connection stays lost, and the next caller finds it so
            return false;
        }

        if (_neededSince == 0)
        {
            _neededSince = Stopwatch.GetTimestamp();
            _idleDelay = RetryDelay;
        }

        return Stopwatch.GetElapsedTime(_neededSince) > WireLimits.RestartTimeout;
    }

    /// <summary>The connection has waited for <see cref="IdleDelay"/>: the next one is longer.</summary>
    public void LengthenIdleDelay() => _idleDelay = RetryPause.Longer(_idleDelay, LongestRetryDelay);
}
